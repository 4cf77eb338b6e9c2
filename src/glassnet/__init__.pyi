from . import course as course, tables as tables
from .averaging import EMA as EMA
from .clipping import ClipNorm as ClipNorm, ClipValue as ClipValue
from .combine import Chain as Chain, Parallel as Parallel, Residual as Residual
from .glass.explain import explain as explain
from .initializers import (
    Constant as Constant,
    Glorot as Glorot,
    He as He,
    InverseSqrt as InverseSqrt,
    LeCun as LeCun,
    Normal as Normal,
    Orthogonal as Orthogonal,
    Zeros as Zeros,
)
from .layers.activation import Activation as Activation
from .layers.activations import (
    Exponential as Exponential,
    Identity as Identity,
    LeakyReLU as LeakyReLU,
    ReLU as ReLU,
    Sigmoid as Sigmoid,
    Softmax as Softmax,
    Tanh as Tanh,
)
from .layers.dense import Dense as Dense
from .layers.dropout import Dropout as Dropout
from .layers.layer import Layer as Layer
from .layers.smooth_activations import (
    ELU as ELU,
    GELU as GELU,
    Mish as Mish,
    SELU as SELU,
    SiLU as SiLU,
    Softplus as Softplus,
)
from .losses import (
    AbsoluteError as AbsoluteError,
    BinaryCrossEntropy as BinaryCrossEntropy,
    CategoricalCrossEntropy as CategoricalCrossEntropy,
    Huber as Huber,
    Loss as Loss,
    Poisson as Poisson,
    Quantile as Quantile,
    SquaredError as SquaredError,
)
from .model import Model as Model
from .model_file import load as load, save as save
from .network import Network as Network
from .optimizers import (
    Adam as Adam,
    AdamW as AdamW,
    GradientDescent as GradientDescent,
    LBFGS as LBFGS,
    Momentum as Momentum,
    Nesterov as Nesterov,
    RMSprop as RMSprop,
)
from .penalties import L1 as L1, L2 as L2
from .schedules import (
    Cosine as Cosine,
    CosineLog as CosineLog,
    ExponentialDecay as ExponentialDecay,
    InverseTime as InverseTime,
    OneCycle as OneCycle,
    ReduceOnPlateau as ReduceOnPlateau,
    StepDecay as StepDecay,
)
from .trace import Trace as Trace
from .training.history import Epoch as Epoch, History as History
from .training.stopping import EarlyStopping as EarlyStopping
from .training.task import Task as Task
from .training.training import (
    Moment as Moment,
    Result as Result,
    Training as Training,
    train as train,
)

__version__: str
