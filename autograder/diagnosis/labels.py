"""How the two sides of a comparison are called in a message."""

from dataclasses import dataclass

from autograder.text import Text


@dataclass(frozen=True)
class Labels:
    """How the two sides of a comparison are called."""

    got: Text
    expected: Text

    def lines(self, got: str, expected: str) -> tuple[Text, Text]:
        """Two lines with values, the English ones aligned."""
        width = max(len(self.got.en), len(self.expected.en)) + 2
        return (
            Text(en=f"{self.got.en + ':':<{width}}{got}", zh=f"{self.got.zh}：{got}"),
            Text(en=f"{self.expected.en + ':':<{width}}{expected}", zh=f"{self.expected.zh}：{expected}"),
        )


LABELS = Labels(Text(en="got", zh="得到"), Text(en="expected", zh="应为"))
