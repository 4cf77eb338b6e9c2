// The dual form of a first layer, for inputs of many more numbers than examples.
//
// Where every update sees all examples, gradient descent never leaves W° + S Xᵀ: each of its steps
// is −α dZ Xᵀ. So it can learn S, one number for each unit and example, in place of W:
//
//     Z = W X + b = Z° + S K + b,   Z° = W° X,   K = Xᵀ X,
//     S := S − α dZ,                in place of W := W − α dZ Xᵀ.
//
// A layer of Kind::dual reads K and Z°. Its parameter is S, with dZ for gradient; all else is as in
// a dense layer. glassnet.engines.dual makes K and Z°, and W of S where somebody asks for it.

#pragma once

#include "memory.hpp"
#include "pool.hpp"
#include "table.hpp"

namespace glassnet {

// S, (units, examples), and X with an example in each row.
template <class T>
struct Combination {
    const T* s;
    Size units;
    const T* x;
    Size x_step, examples, inputs;
};

// S Xᵀ. The inputs are divided among threads; a stretch of X is read where it lies, once for as
// many units as fit into the registers.
template <class T>
void combination(const Kernels<T>& kernels, const Combination<T>& of, T* out, int threads) {
    constexpr Size DEPTH = 512, WIDTH = 256;  // examples and inputs of a stretch
    const Size tallest = kernels.tallest, groups = (of.units + tallest - 1) / tallest;
    Memory<T> packed(groups * of.examples * tallest);  // Sᵀ, so many units after each other
    for (Size j = 0; j < of.units; ++j)
        for (Size i = 0; i < of.examples; ++i)
            packed[(j / tallest * of.examples + i) * tallest + j % tallest] = of.s[j * of.examples + i];
    const Size stretches = (of.inputs + WIDTH - 1) / WIDTH;
    Pool::Lease lease(threads);
    const int team = static_cast<int>(std::min<Size>(lease.threads(), stretches));
    lease.run(team, [&](int number) {
        for (Size at = stretches * number / team; at < stretches * (number + 1) / team; ++at) {
            const Size from = at * WIDTH, numbers = std::min(WIDTH, of.inputs - from);
            for (Size i = 0; i < of.examples; i += DEPTH)
                for (Size j = 0; j < of.units; j += tallest)
                    kernels.tall({packed.data() + j * of.examples + i * tallest, tallest,
                                  {of.x + i * of.x_step + from, of.x_step},
                                  out + j * of.inputs + from, of.inputs,
                                  std::min(tallest, of.units - j), std::min(DEPTH, of.examples - i),
                                  numbers, i > 0});
        }
    });
}

}  // namespace glassnet
