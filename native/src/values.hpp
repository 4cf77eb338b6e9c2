// What a network consists of while it works: the parameters of its layers, its values, its batches.

#pragma once

#include <algorithm>
#include <vector>

#include "layout.hpp"
#include "memory.hpp"

namespace glassnet {

// What the parameters of one dense layer need: W and b with the same arrays beside each.
template <class T>
struct Parameters {
    Memory<T> w, dw, v, s, mean;
    Memory<double> wide;  // dw, where it is the sum of several shards
    Range<T> range(Size from, Size count) {
        auto at = [from](Memory<T>& m) { return m.size() ? m.data() + from : nullptr; };
        return {at(w), at(dw), at(v), at(s), at(mean), count};
    }
};

template <class T>
struct Layer {
    Layout<T> layout;
    Parameters<T> weights, bias;
    Memory<T> turned;          // W for the layer below, where the lanes run along the units
    const T* w = nullptr;      // W as the forward pass reads it
    const T* b = nullptr;
    Size first = 0;            // where its gradients begin among those of all layers
    bool passes_back = false;  // somebody needs the gradient of its input
    bool sparse = false;       // its input has its zeros left out
    bool finite = true;        // W came in so
};

// One value of the graph: an array with a row for every example.
template <class T>
struct Value {
    Size units = 0, step = 0;
    Memory<T> own, slope, mask, gradient_;
    T* a = nullptr;         // may be that of another value, which this one replaces in place
    T* da = nullptr;
    bool learned = false;   // it depends on a parameter
    bool sparse = false;    // it has no array: dense layers read it from the batch
};

template <class T>
struct Batch {
    std::vector<const T*> x;  // the rows of every source
    std::vector<Size> x_step;
    const Sparse<T>* sparse = nullptr;  // of every source, in place of its x; null: none is sparse
    const T* y = nullptr;
    Size y_units = 0, y_step = 0;
    const T* weights = nullptr;
    const std::int64_t* order = nullptr;  // which rows; null: from `first` on
    Size first = 0, rows = 0;

    // At most so many of its rows, from row `from` on.
    Batch from(Size from, Size most) const {
        Batch part = *this;
        part.rows = std::min(most, rows - from);
        part.first += order ? 0 : from;
        part.order += order ? from : 0;
        return part;
    }

    // From row `from` of this batch on, of an array of all examples.
    Examples<T> of(const T* array, Size step, Size from = 0) const {
        return order ? Examples<T>{array, step, order + from} : Examples<T>{array + (first + from) * step, step};
    }
};

}  // namespace glassnet
