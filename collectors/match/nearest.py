"""Say which layout a file comes nearest to, and which of its labels somebody renamed."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collectors.match.header import Miss

_ALIKE = 0.5


@dataclass(frozen=True)
class Nearest:
    """A layout that was missed.

    Labels that are others renamed, and labels that are not there at all.
    """

    miss: Miss
    renamed: tuple[tuple[str, str], ...]
    absent: tuple[str, ...]
    closeness: float

    @classmethod
    def of(cls, miss: Miss) -> Nearest:
        """Pair each missing label with the most similar label that no column claims."""
        pairs = sorted(
            (
                (_alike(wanted, given), wanted, given)
                for wanted in miss.missing
                for given in miss.strange
            ),
            reverse=True,
        )
        renamed: dict[str, str] = {}
        alike = 0.0
        for ratio, wanted, given in pairs:
            if ratio >= _ALIKE and wanted not in renamed and given not in renamed.values():
                renamed[wanted] = given
                alike += ratio
        absent = tuple(wanted for wanted in miss.missing if wanted not in renamed)
        whole = miss.found + len(miss.missing)
        in_order = tuple((wanted, renamed[wanted]) for wanted in miss.missing if wanted in renamed)
        return cls(
            miss, in_order, absent, miss.found + alike - len(absent) + (miss.found + alike) / whole
        )

    def reasons(self) -> tuple[str, str]:
        """Return what is wrong and what to do, in Chinese and English."""
        wrong = [f"表头“{given}”应为“{wanted}”" for wanted, given in self.renamed]
        wrong += [f"缺少表头：{'、'.join(self.absent)}"] if self.absent else []
        is_ledger = "ledger" in self.miss.layout.sources
        do = "" if is_ledger else "请重新下载完整的导出文件。"
        if self.renamed and not is_ledger:  # 昨日播放量 is no 播放量: a new label mends nothing
            do = f"确是同一项的，请改正后重新提交；不是的，{do}"
        do = do or "请改正后重新提交。"
        labels = ", ".join(
            [*(f"{given} should be {wanted}" for wanted, given in self.renamed), *self.absent]
        )
        return (
            (
                f"没有匹配的版式。最接近“{self.miss.layout.title}"
                f"”（第{self.miss.row}行）：{'，'.join(wrong)}。{do}"
            ),
            (
                f"No layout fits. Nearest: {self.miss.layout.id} (row {self.miss.row}), missing "
                f"or renamed labels: {labels}."
            ),
        )


def _alike(wanted: str, given: str) -> float:
    return SequenceMatcher(None, wanted.lower(), given).ratio()
