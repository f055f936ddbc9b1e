"""What the user has agreed to in this run."""

from mailcow_dns_tui.model.public_resolvers import PublicChoice, PublicResolver


class Consent:
    """Remembers which public resolvers were named on the screen and then asked by the user."""

    def __init__(self) -> None:
        self._agreed: set[PublicResolver] = set()

    def covers(self, choice: PublicChoice) -> bool:
        """Whether all may be asked: whoever has written a list of their own has named them."""
        return bool(choice.listed) or self._agreed.issuperset(choice.resolvers)

    def give(self, choice: PublicChoice) -> None:
        self._agreed.update(choice.resolvers)
