// How the parameters of a dense layer lie in memory while the engine works with them.
//
// The lanes of its vectors run along the units or along the inputs, whichever wastes fewer:
//
//   along the units   Wᵀ in panels [panel][input][lanes]; Z = A Wᵀ is a product with packed panels;
//                     what the layer below needs, W in panels, is a second copy, turned once for
//                     each update.
//   along the inputs  W as it is, row after row; Z takes dot products. For layers of few units, or
//                     many more inputs than examples. There is no second copy.
//
// Numbers behind the last unit or input are zero, and stay zero in every update.

#pragma once

#include <algorithm>
#include <vector>

#include "memory.hpp"
#include "table.hpp"

namespace glassnet {

inline Size up_to(Size count, Size multiple) { return (count + multiple - 1) / multiple * multiple; }

// The step from row to row. Rows narrower than a vector lie without gaps, so that functions of
// each number waste no lanes; others take whole vectors, and no high power of two, which would put
// the rows of a column into the same few places of the cache.
template <class T>
Size row_step(Size numbers, Size lanes) {
    if (numbers < lanes) return numbers;
    Size step = up_to(numbers, lanes);
    return step * static_cast<Size>(sizeof(T)) % 1024 == 0 ? step + lanes : step;
}

template <class T>
struct Layout {
    Size inputs = 0, units = 0, lanes = 1, widest = 1;
    bool along_units = true;
    Size step = 0;  // along the inputs: from row to row of W

    Size vectors_in() const { return (inputs + lanes - 1) / lanes; }
    Size vectors_out() const { return (units + lanes - 1) / lanes; }
    Size size() const {
        return along_units ? inputs * vectors_out() * lanes : units * step;
    }

    // `use` of the first unit of every panel of the units `first`..`last`, and of how many numbers
    // it has for each input.
    template <class Use>
    void each_panel(Size first, Size last, Use use) const {
        for (Size p = 0; p < panels(vectors_out(), widest); ++p) {
            Panel piece = panel(vectors_out(), widest, p);
            Size unit = piece.first * lanes;
            if (unit >= first && unit < last) use(unit, piece.width * lanes);
        }
    }

    // Where the numbers of the inputs `from`..`to` lie, of the units `first`..`last`: `use` of every
    // stretch of so many numbers, with the first unit that they belong to.
    template <class Use>
    void stretches(Size from, Size to, Size first, Size last, Use use) const {
        if (along_units)
            each_panel(first, last, [&](Size unit, Size width) {
                use(unit * inputs + from * width, (to - from) * width, unit);
            });
        else
            for (Size j = first; j < last; ++j) use(j * step + from, to - from, j);
    }

    // W as the caller has it, its columns `from`..`to`, comes in, and goes out again. `from` is a
    // multiple of the lanes.
    void pack(const Kernels<T>& kernels, const T* natural, T* packed, Size from, Size to) const {
        if (along_units) {
            kernels.pack(natural, inputs, units, packed, from, to);
            return;
        }
        for (Size j = 0; j < units; ++j)
            std::copy(natural + j * inputs + from, natural + j * inputs + to,
                      packed + j * step + from);
    }
    void unpack(const Kernels<T>& kernels, const T* packed, T* natural, Size from, Size to) const {
        if (along_units) {
            kernels.unpack(packed, inputs, units, natural, from, to);
            return;
        }
        for (Size j = 0; j < units; ++j)
            std::copy(packed + j * step + from, packed + j * step + to,
                      natural + j * inputs + from);
    }
};

// Which way the lanes run, by the vector instructions that either takes for `rows` examples.
template <class T>
Layout<T> layout(Size inputs, Size units, Size rows, bool turned, const Kernels<T>& kernels) {
    Layout<T> made{inputs, units, kernels.lanes, kernels.widest, true,
                   row_step<T>(inputs, kernels.lanes)};
    Size in = made.vectors_in(), out = made.vectors_out();
    Size by_units = 2 * rows * inputs * out + (turned ? inputs * units / 4 : 0);
    Size by_inputs = rows * units * (2 * in + kernels.folding);
    made.along_units = by_units <= by_inputs;
    return made;
}

}  // namespace glassnet
