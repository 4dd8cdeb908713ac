# Written by `python -m tests.tools.stub` from the list in __init__.py.

from collections.abc import Callable

from exactland.certificates.certificate import Certificate as Certificate
from exactland.certificates.certificate_file import write_certificate as write_certificate
from exactland.certificates.kinds import Claim as Claim
from exactland.certificates.kinds import StatementKind as StatementKind
from exactland.checking import check as check
from exactland.checking import read_certificate as read_certificate
from exactland.engine.minima import certify as certify
from exactland.engine.outcomes import Certified as Certified
from exactland.engine.outcomes import Inconclusive as Inconclusive
from exactland.engine.outcomes import Refuted as Refuted
from exactland.engine.paths import escape as escape
from exactland.engine.points import classify as classify
from exactland.engine.widths import one_more_unit as one_more_unit
from exactland.engine.widths import wide_theorem as wide_theorem
from exactland.errors import ExactlandError as ExactlandError
from exactland.errors import InputError as InputError
from exactland.errors import ResourceLimitError as ResourceLimitError
from exactland.files.problem_file import activation as activation
from exactland.files.problem_file import read_point as read_point
from exactland.files.problem_file import read_problem as read_problem
from exactland.model.activations import named as named
from exactland.model.network import Layer as Layer
from exactland.model.network import Network as Network
from exactland.model.problem import Problem as Problem
from exactland.numerics.enclosures import enclose as enclose
from exactland.numerics.symbolic import encode as encode

__version__: str
_when_the_model_is_there: list[Callable[[], None]]
