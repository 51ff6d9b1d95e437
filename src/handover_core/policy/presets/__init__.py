"""The law as data: one preset for China, one without the law of any country. Counsel confirms a preset before use."""

from handover_core.policy.presets.cn import CN
from handover_core.policy.presets.generic import GENERIC_LAW
from handover_core.policy.presets.model import Law, Settlement, Statement, Supervised

__all__ = ["CN", "GENERIC_LAW", "Law", "Settlement", "Statement", "Supervised"]
