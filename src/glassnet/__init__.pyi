from . import course as course
from . import tables as tables
from .averaging import EMA as EMA
from .clipping import ClipNorm as ClipNorm
from .clipping import ClipValue as ClipValue
from .combine import Chain as Chain
from .combine import Parallel as Parallel
from .combine import Residual as Residual
from .engines.native import Native as Native
from .engines.plan import Plan as Plan
from .engines.reference import Reference as Reference
from .glass.explain import explain as explain
from .initializers import (
    Constant as Constant,
)
from .initializers import (
    Glorot as Glorot,
)
from .initializers import (
    He as He,
)
from .initializers import (
    InverseSqrt as InverseSqrt,
)
from .initializers import (
    LeCun as LeCun,
)
from .initializers import (
    Normal as Normal,
)
from .initializers import (
    Orthogonal as Orthogonal,
)
from .initializers import (
    Zeros as Zeros,
)
from .layers.activation import Activation as Activation
from .layers.activations import (
    Exponential as Exponential,
)
from .layers.activations import (
    Identity as Identity,
)
from .layers.activations import (
    LeakyReLU as LeakyReLU,
)
from .layers.activations import (
    ReLU as ReLU,
)
from .layers.activations import (
    Sigmoid as Sigmoid,
)
from .layers.activations import (
    Softmax as Softmax,
)
from .layers.activations import (
    Tanh as Tanh,
)
from .layers.dense import Dense as Dense
from .layers.dropout import Dropout as Dropout
from .layers.layer import Layer as Layer
from .layers.smooth_activations import (
    ELU as ELU,
)
from .layers.smooth_activations import (
    GELU as GELU,
)
from .layers.smooth_activations import (
    SELU as SELU,
)
from .layers.smooth_activations import (
    Mish as Mish,
)
from .layers.smooth_activations import (
    SiLU as SiLU,
)
from .layers.smooth_activations import (
    Softplus as Softplus,
)
from .losses.cross_entropies import BinaryCrossEntropy as BinaryCrossEntropy
from .losses.cross_entropies import CategoricalCrossEntropy as CategoricalCrossEntropy
from .losses.loss import Loss as Loss
from .losses.quantities import AbsoluteError as AbsoluteError
from .losses.quantities import Huber as Huber
from .losses.quantities import Poisson as Poisson
from .losses.quantities import Quantile as Quantile
from .losses.quantities import SquaredError as SquaredError
from .model.file import load as load
from .model.file import save as save
from .model.limits import ModelLimits as ModelLimits
from .model.model import Model as Model
from .network import Network as Network
from .optimizers import (
    LBFGS as LBFGS,
)
from .optimizers import (
    Adam as Adam,
)
from .optimizers import (
    AdamW as AdamW,
)
from .optimizers import (
    GradientDescent as GradientDescent,
)
from .optimizers import (
    Momentum as Momentum,
)
from .optimizers import (
    Nesterov as Nesterov,
)
from .optimizers import (
    RMSprop as RMSprop,
)
from .penalties import L1 as L1
from .penalties import L2 as L2
from .schedules import (
    Cosine as Cosine,
)
from .schedules import (
    CosineLog as CosineLog,
)
from .schedules import (
    ExponentialDecay as ExponentialDecay,
)
from .schedules import (
    InverseTime as InverseTime,
)
from .schedules import (
    OneCycle as OneCycle,
)
from .schedules import (
    ReduceOnPlateau as ReduceOnPlateau,
)
from .schedules import (
    StepDecay as StepDecay,
)
from .trace import Trace as Trace
from .training.history import Epoch as Epoch
from .training.history import History as History
from .training.moment import Moment as Moment
from .training.moment import Update as Update
from .training.result import Result as Result
from .training.stopping import EarlyStopping as EarlyStopping
from .training.task import Task as Task
from .training.training import Training as Training
from .training.training import train as train

__version__: str
