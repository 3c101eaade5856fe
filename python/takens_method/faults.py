"""Why a method gives no result."""


class Fault(Exception):
    """A fault of the method itself."""

    status = 9


class Cancelled(Fault):
    """The host asked to stop. Raised by itself, wherever the method is."""

    status = 1


class OutOfTime(Fault):
    """The deadline passed."""

    status = 2


class Unsupported(Fault):
    """The method cannot do what is asked: many components, say."""

    status = 3


class InvalidParams(Fault):
    """The parameters do not go together."""

    status = 4


class InvalidData(Fault):
    """The data are too short, or not finite."""

    status = 5


class Diverged(Fault):
    """The fit or the forecast ran away: scored, no crash."""

    status = 6
