"""The kinds of jobs that a worker runs. A further kind is a class that fits `task.Task`, and a line here."""

from collections.abc import Mapping

from emoclassify.jobs.call_task import CallTask
from emoclassify.jobs.recording_task import RecordingTask
from emoclassify.jobs.rendering_task import RenderingTask
from emoclassify.jobs.scores_task import ScoresTask
from emoclassify.jobs.study_task import StudyTask
from emoclassify.jobs.task import Task

_ALL: tuple[Task, ...] = (RecordingTask(), CallTask(), ScoresTask(), RenderingTask(), StudyTask())

TASKS: Mapping[str, Task] = {task.kind: task for task in _ALL}
"""`Job.task_kind` -> the task that runs such jobs."""
