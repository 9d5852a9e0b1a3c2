"""The workshop where the expression model is made and measured: corpora, training, evaluation, export."""
