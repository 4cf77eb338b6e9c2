// The table of kernels: what is compiled for each instruction set, and chosen at run time.

#pragma once

#include <cstddef>
#include <cstdint>

namespace glassnet {

using Size = std::ptrdiff_t;

enum class Activation : int {
    identity, sigmoid, tanh, relu, leaky_relu, softmax, exponential,
    elu, selu, softplus, gelu, silu, mish
};

enum class Loss : int {
    squared, absolute, huber, quantile, poisson, binary_cross_entropy, categorical_cross_entropy
};

enum class Rule : int { descent, momentum, nesterov, rmsprop, adam };

// Examples, each a row of numbers: one behind the other, or those that `order` names.
template <class T>
struct Examples {
    const T* first;
    Size step;
    const std::int64_t* order = nullptr;
    const T* operator[](Size i) const { return first + (order ? order[i] : i) * step; }
    Examples from(Size row, Size number = 0) const {
        return {first + (order ? 0 : row * step) + number, step, order ? order + row : nullptr};
    }
};

// C[r, :] = start + Σ_d P[r, d] Q[d, :], for `rows` rows r, `depth` terms d and `numbers` lanes.
// Every product of a training is one of these: forward, backward and gradients.
//
// The lanes are cut into panels of a few vectors. Q and C are either matrices, with a step from
// row to row, or packed (step 0): panel after panel, each with its rows contiguous.
template <class T>
struct Product {
    const T* p;
    Size p_row, p_step;  // from row to row, and from term to term
    Size p_tile;         // from one tile of TILE rows to the next
    const T* q;
    Size q_step;
    T* c;
    Size c_step;
    Size rows, depth, numbers;  // `numbers` in a row of C; whole vectors are read and written,
                                // unless a row is narrower than one
    const T* start;  // one number for each lane, or null
    bool add;        // C += instead of C =
    // Arrays beside a packed C that are needed at the same places next: they are fetched meanwhile.
    const T* soon[3] = {};
    // Which rows of P, where they are not one behind the other. They are fetched a tile ahead.
    const std::int64_t* order = nullptr;
};

// The same for few rows and wide, unpacked Q: at most `tallest` rows; Q is read once, where it is.
template <class T>
struct Tall {
    const T* p;  // its rows are next to each other
    Size p_step;
    Examples<T> q;
    T* c;
    Size c_step;
    Size rows, depth, numbers;
    bool add;
};

// C[r, j] = start[j] + Σ_d A[r, d] B[j, d]: rows of A times rows of B, the lanes along d.
template <class T>
struct Dots {
    Examples<T> a;
    const T* b;
    Size b_step;
    T* c;
    Size c_step;
    Size rows, columns, depth;
    const T* start;
};

// C[r] = start[r] + Σ_k W[r, k] X[k] in blocks of examples: see kernels/narrow.hpp.
template <class T>
struct NarrowProduct {
    const T* w;
    Size w_row, w_step;  // from row to row, and from term to term
    const T* start;      // one for each row, or null
    const T* x;
    T* c;
    Size rows, depth, blocks;
};

// dW[r, k] = Σ dZ[r] X[k] and db[r] = Σ dZ[r] over the examples of all blocks.
template <class T>
struct NarrowGradient {
    const T *dz, *x;
    T *dw, *db;
    Size units, inputs, blocks;
};

// A matrix of which only the numbers other than zero are kept, row after row: row r has the numbers
// `starts[r]` to `starts[r + 1]`, at these places in it.
template <class T>
struct Sparse {
    const T* numbers = nullptr;
    const std::int32_t* places = nullptr;
    const std::int64_t* starts = nullptr;  // null: no matrix
};

// C[i, :] = start + Σ_d P[r, d] Q[d, :] over the places d of row r = order[i], or first + i. Q is as
// in `Product`, with `depth` rows.
template <class T>
struct Gathered {
    Sparse<T> p;
    const std::int64_t* order;
    Size first;
    const T* q;
    Size q_step;
    T* c;
    Size c_step;
    Size rows, depth, numbers;
    const T* start;
};

struct LossRule {
    Loss kind;
    bool canonical;
    double smoothing, delta;
    const double* quantiles;  // one for each output unit
};

// The loss of `rows` examples: reads A (or Z, where canonical), writes the last A, its gradient and
// the loss of every example.
template <class T>
struct Losses {
    LossRule rule;
    Activation output;  // of the last layer; applied here where canonical
    const T* y;
    T* a;
    T* da;    // null: no gradient is wanted
    T* each;  // one for each example; null: no loss is wanted
    T* scratch;
    const T* weights;  // one for each example, or null
    Size rows, units, y_units, step;
};

struct Update {
    Rule rule;
    double alpha, beta_1, beta_2, epsilon;
    double unbias_1, unbias_2;  // 1 / (1 − βᵗ)
    double shrink;              // of weights, before the update
    double scale;               // of the gradient: 1/m
    double l1, l2;              // λ / total, for weights
    double limit;               // of each number of the gradient; 0: none
    double average;             // β of the mean; negative: none
};

// Ranges of parameters that lie one behind the other, with what belongs to them.
template <class T>
struct Range {
    T *w, *dw, *v, *s, *mean;
    Size count;
};

template <class T>
struct Kernels {
    const char* name;
    int lanes;  // numbers in a vector
    int widest;  // vectors in a panel, at most
    int tile;    // rows in a tile of a product
    int tallest;
    int together;  // vectors of a row of C that a product skipping zeros works out at once
    int folding;  // a dot product's last sum, over lanes, takes as long as so many vectors of it

    void (*product)(const Product<T>&);
    // The same without the zeros of P, whose terms are next to each other; C is not added to.
    void (*skipping)(const Product<T>&);
    Size (*count_nonzeros)(Examples<T> a, Size rows, Size from, Size to);
    void (*tall)(const Tall<T>&);
    void (*dots)(const Dots<T>&);
    void (*gathered)(const Gathered<T>&);
    void (*to_blocks)(const T* rows, Size step, Size count, Size numbers, T* blocks);
    void (*from_blocks)(const T* blocks, Size count, Size numbers, T* rows, Size step);
    void (*narrow_product)(const NarrowProduct<T>&);
    void (*narrow_gradient)(const NarrowGradient<T>&);
    // `whole` rows are taken with what fills them up.
    void (*activate)(Activation, double parameter, T* z, T* slope, Size rows, Size units, Size step,
                     bool whole);
    void (*chain)(Activation, double parameter, T* da, const T* a, const T* slope, Size rows,
                  Size units, Size step, bool whole);
    void (*losses)(const Losses<T>&);
    // Returns false where something became NaN or infinite.
    bool (*update)(const Update&, const Range<T>&, bool weights);
    // dW := scale dW + λ-terms, within the limit: what `update` does first, for those who want dW.
    bool (*finish)(const Update&, const Range<T>&, bool weights);
    double (*total)(const T* x, Size count);  // Σ x
    // Adds Σ x² and Σ |x|.
    void (*norms)(const T* x, Size count, double* squares, double* absolutes);
    void (*column_sums)(const T* a, Size step, Size rows, Size columns, T* sums);
    // W of u rows becomes Wᵀ in forward panels [pu][n][w], and back; its columns from..to, `from` a
    // multiple of the lanes.
    void (*pack)(const T* natural, Size n, Size u, T* panels, Size from, Size to);
    void (*unpack)(const T* panels, Size n, Size u, T* natural, Size from, Size to);
    // From forward panels [pu][n][w] of n rows to backward panels [pn][u][w]: rows from..to, and of
    // them the units first..last.
    void (*turn)(const T* forward, Size n, Size u, T* backward, Size from, Size to, Size first,
                 Size last);
    // The numbers from..to of all rows, each a row of its own.
    void (*pack_columns)(Examples<T> a, Size rows, Size from, Size to, T* packed, Size step);
    void (*pack_tiles)(Examples<T> a, Size rows, Size from, Size to, T* packed);
    void (*pack_panel)(Examples<T> a, Size rows, Size numbers, Size width, T* packed);
    void (*pack_panels)(Examples<T> a, Size rows, Size width, Size panels, T* packed);
    void (*gather)(Examples<T> a, Size rows, Size numbers, T* to, Size to_step);
    void (*map)(int function, const T* x, T* y, Size count);  // for tests of accuracy
};

// Where a panel begins, in vectors, and how many it has.
struct Panel {
    Size first, width;
};
inline Size panels(Size vectors, Size widest) { return (vectors + widest - 1) / widest; }
inline Panel panel(Size vectors, Size widest, Size index) {
    Size count = panels(vectors, widest), base = vectors / count, extra = vectors % count;
    Size before = index < extra ? index : extra;
    return {index * base + before, base + (index < extra ? 1 : 0)};
}

namespace baseline {
const Kernels<float>& kernels_f32();
const Kernels<double>& kernels_f64();
}
#if defined(GLASSNET_X86)
namespace avx2 {
const Kernels<float>& kernels_f32();
const Kernels<double>& kernels_f64();
}
namespace avx512 {
const Kernels<float>& kernels_f32();
const Kernels<double>& kernels_f64();
}
#endif

}  // namespace glassnet
