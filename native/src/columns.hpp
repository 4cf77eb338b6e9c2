// The gradient of W where X is sparse: dW[:, k] sums over the examples in which input k is not zero.

#pragma once

#include <algorithm>
#include <vector>

#include "network.hpp"

namespace glassnet {

// The numbers of some inputs in a batch, input by input; of each in the order of the examples.
template <class T>
class Columns {
public:
    // Inputs `from`..`to` of the examples `begin`..`end`.
    void collect(const Sparse<T>& x, const Batch<T>& batch, Size begin, Size end, Size from,
                 Size to) {
        auto within = [&](auto use) {
            for (Size i = begin; i < end; ++i) {
                Size row = batch.order ? batch.order[i] : batch.first + i;
                const std::int32_t* last = x.places + x.starts[row + 1];
                const std::int32_t* place =
                    std::lower_bound(x.places + x.starts[row], last, static_cast<std::int32_t>(from));
                for (; place < last && *place < to; ++place)
                    use(i, *place - from, x.numbers[place - x.places]);
            }
        };
        starts_.assign(static_cast<std::size_t>(to - from) + 1, 0);
        within([&](Size, Size k, T) { ++starts_[k + 1]; });
        for (Size k = 0; k < to - from; ++k) starts_[k + 1] += starts_[k];
        numbers_.resize(static_cast<std::size_t>(starts_.back()));
        places_.resize(numbers_.size());
        next_.assign(starts_.begin(), starts_.end());
        within([&](Size i, Size k, T number) {
            std::int64_t e = next_[k]++;
            numbers_[e] = number;
            places_[e] = static_cast<std::int32_t>(i);
        });
    }

    Sparse<T> all() const { return {numbers_.data(), places_.data(), starts_.data()}; }

private:
    std::vector<T> numbers_;
    std::vector<std::int32_t> places_;
    std::vector<std::int64_t> starts_, next_;
};

}  // namespace glassnet
