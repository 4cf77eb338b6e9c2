from . import course as course
from . import images as images
from . import plots as plots
from . import sequences as sequences
from . import tables as tables
from .averaging import EMA as EMA
from .bidirectional import Bidirectional as Bidirectional
from .clipping import ClipNorm as ClipNorm
from .clipping import ClipValue as ClipValue
from .combine import Chain as Chain
from .combine import Parallel as Parallel
from .combine import Residual as Residual
from .engines.native import Native as Native
from .engines.plan import Plan as Plan
from .engines.reference import Reference as Reference
from .ensemble import Ensemble as Ensemble
from .estimators import (
    MLPClassifier as MLPClassifier,
)
from .estimators import (
    MLPRegressor as MLPRegressor,
)
from .estimators import (
    NetworkClassifier as NetworkClassifier,
)
from .estimators import (
    NetworkRegressor as NetworkRegressor,
)
from .glass.doctor.diagnosis import Diagnosis as Diagnosis
from .glass.doctor.doctor import doctor as doctor
from .glass.exercise import Answer as Answer
from .glass.exercise import Exercise as Exercise
from .glass.exercise import exercise as exercise
from .glass.explain import explain as explain
from .glass.gradients.check import gradient_check as gradient_check
from .glass.gradients.comparison import Comparison as Comparison
from .glass.gradients.comparison import GradientCheck as GradientCheck
from .glass.grading.grade import grade as grade
from .glass.grading.grades import Grades as Grades
from .glass.grading.grades import Submission as Submission
from .glass.review.assignment import Assignment as Assignment
from .glass.review.explain import Cause as Cause
from .glass.review.judge import Review as Review
from .glass.review.review import review as review
from .glass.steps import Stage as Stage
from .glass.steps import Steps as Steps
from .glass.watch import Watch as Watch
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
from .layers.attention import SelfAttention as SelfAttention
from .layers.average_pooling import AveragePool1D as AveragePool1D
from .layers.average_pooling import AveragePool2D as AveragePool2D
from .layers.convolution import Conv1D as Conv1D
from .layers.convolution import Conv2D as Conv2D
from .layers.dense import Dense as Dense
from .layers.dropout import Dropout as Dropout
from .layers.embedding import Embedding as Embedding
from .layers.global_pooling import (
    GlobalAveragePool1D as GlobalAveragePool1D,
)
from .layers.global_pooling import (
    GlobalAveragePool2D as GlobalAveragePool2D,
)
from .layers.global_pooling import (
    GlobalMaxPool1D as GlobalMaxPool1D,
)
from .layers.global_pooling import (
    GlobalMaxPool2D as GlobalMaxPool2D,
)
from .layers.gru import GRU as GRU
from .layers.layer import Layer as Layer
from .layers.lstm import LSTM as LSTM
from .layers.max_pooling import MaxPool1D as MaxPool1D
from .layers.max_pooling import MaxPool2D as MaxPool2D
from .layers.normalization import (
    BatchNorm as BatchNorm,
)
from .layers.normalization import (
    LayerNorm as LayerNorm,
)
from .layers.positions import PositionalEncoding as PositionalEncoding
from .layers.recurrent import Recurrent as Recurrent
from .layers.reset_after_gru import ResetAfterGRU as ResetAfterGRU
from .layers.reshape import Flatten as Flatten
from .layers.reshape import Reshape as Reshape
from .layers.simple_rnn import SimpleRNN as SimpleRNN
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
from .layers.transposed_convolution import ConvTranspose2D as ConvTranspose2D
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
from .trace.trace import Trace as Trace
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
