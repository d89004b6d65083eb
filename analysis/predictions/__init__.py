"""What theory predicts for the game as played, joined to every decision and every group."""

from analysis.predictions.joined import DECISION_COLUMNS, GROUP_COLUMNS, Predictions, predict

__all__ = ["DECISION_COLUMNS", "GROUP_COLUMNS", "Predictions", "predict"]
