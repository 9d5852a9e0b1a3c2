"""The texts on the figures of a film and on norms: name -> English; `english_studies.STUDIES` has them too."""

NORMS = {
    "figures_head": "In single figures",
    "figures_figure": "Figure",
    "figures_value": "Value",
    "figures_below": "Films below it",
    "norms_share": "{share} of {n}",
    "norms_few": "{n} of the {least} films needed",
    "norms_no_line": "too few people",
    "norms_help": "Other films are those of your norms that were read with the same models and options, judged by the "
    "same limits and are of the same category. Norms hold figures of panels, and nothing of any person.",
    "norms": "Norms: other films to compare with",
    "norms_category": "Category of these films: only alike are compared; empty: none",
    "norms_add": "Add the films of this study",
    "norms_take": "Add a norms file",
    "norms_save": "Save the norms as a file",
    "norms_which": "Film in the norms",
    "norms_no_category": "no category",
    "norms_delete": "Delete this film",
    "norms_delete_sure": "Delete {film} from the norms? Its study stays.",
}
