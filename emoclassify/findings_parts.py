"""The findings of a recording as plain JSON values, and back: a part of overview.json."""

from dataclasses import asdict
from typing import Any

import numpy as np

from emoclassify.analysis_parts import rounded, scores_from_list, scores_to_list, shares_to_dict
from emoclassify.crosscheck import Summary
from emoclassify.findings import CurveFindings, Findings, Shares, Subject
from emoclassify.labels import EMOTIONS
from emoclassify.moments import Moment
from emoclassify.usability import usability_from_dict, usability_to_dict


def findings_to_dict(findings: Findings) -> dict[str, Any]:
    """What overview.json says of the findings."""
    crosscheck = findings.crosscheck
    return {
        "subject": str(findings.subject),
        "usability": usability_to_dict(findings.usability),
        "curves": [_curve_findings_to_dict(curve) for curve in findings.curves],
        "voice": None if findings.voice is None else _curve_findings_to_dict(findings.voice),
        "both": None if findings.both is None else scores_to_list(findings.both),
        "agreement": None if crosscheck is None else shares_to_dict(crosscheck),
        "untold_reason": findings.untold_reason,
        **({"roles": list(map(_curve_findings_to_dict, findings.roles))} if findings.roles else {}),
    }


def findings_from_dict(content: dict[str, Any], crosscheck: Summary | None) -> Findings:
    """What `findings_to_dict` gave, with the cross-check, which is computed from the stretches of speech."""
    both, voice = content["both"], content["voice"]
    return Findings(
        subject=Subject(content["subject"]),
        usability=usability_from_dict(content["usability"]),
        curves=tuple(map(_curve_findings_from_dict, content["curves"])),
        voice=None if voice is None else _curve_findings_from_dict(voice),
        both=None if both is None else scores_from_list(both),
        crosscheck=crosscheck,
        untold_reason=content["untold_reason"],
        roles=tuple(map(_curve_findings_from_dict, content.get("roles", ()))),
    )


def _curve_findings_to_dict(curve: CurveFindings) -> dict[str, Any]:
    return {
        "person": curve.person,
        "mean": None if curve.mean is None else scores_to_list(curve.mean),
        "read_s": rounded(curve.read_s),
        "coverage": rounded(curve.coverage),
        "shares": {
            **{name: rounded(share) for name, share in zip(EMOTIONS, curve.shares.leading, strict=True)},
            "unread": rounded(curve.shares.unread),
        },
        "moments": [_moment_to_dict(moment) for moment in curve.moments],
        "highest_s": curve.highest_s,
        **({"role": curve.role} if curve.role else {}),
        **({} if curve.is_clear else {"is_clear": False}),
    }


def _curve_findings_from_dict(item: dict[str, Any]) -> CurveFindings:
    shares = item["shares"]
    return CurveFindings(
        person=item["person"],
        mean=None if item["mean"] is None else scores_from_list(item["mean"]),
        read_s=item["read_s"],
        coverage=item["coverage"],
        shares=Shares(np.array([shares[name] for name in EMOTIONS]), shares["unread"]),
        moments=tuple(map(_moment_from_dict, item["moments"])),
        highest_s=dict(item["highest_s"]),
        role=item.get("role", ""),
        is_clear=item.get("is_clear", True),
    )


def _moment_to_dict(moment: Moment) -> dict[str, Any]:
    return {**asdict(moment), "valence": rounded(moment.valence), "scores": scores_to_list(moment.scores)}


def _moment_from_dict(item: dict[str, Any]) -> Moment:
    return Moment(**{**item, "scores": scores_from_list(item["scores"])})
