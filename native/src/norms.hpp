// Norms: of the parameters, for the penalties of the cost, and of all gradients together.

#pragma once

#include <cmath>

#include "plan.hpp"
#include "tasks.hpp"

namespace glassnet {

// Σ w² and Σ |w| of every task, added up in their order.
template <class T>
class Penalties {
public:
    explicit Penalties(Size tasks) : sums_(static_cast<std::size_t>(tasks)) {}

    // Before any update.
    void measure(Network<T>& net, const Task& task, Size index) {
        auto& layer = net.layers[task.layer];
        auto& [squares, absolutes] = sums_[index] = {0, 0};
        layer.layout.stretches(task.from, task.to, task.first, task.last,
                               [&](Size at, Size count, Size) {
            net.kernels.norms(layer.weights.w.data() + at, count, &squares, &absolutes);
        });
    }

    double total(const Plan& plan) const {
        if (!plan.penalized()) return 0;
        double squares = 0, absolutes = 0;
        for (auto& sum : sums_) {
            squares += sum[0];
            absolutes += sum[1];
        }
        return (plan.l2 / 2 * squares + plan.l1 * absolutes) / plan.total;
    }

private:
    std::vector<std::array<double, 2>> sums_;
};

// ‖dW, db, …‖ of all layers.
template <class T>
double gradient_norm(Network<T>& net) {
    double squares = 0, largest = 0;
    for (auto& layer : net.layers) {
        double sums[2] = {};
        net.kernels.norms(layer.weights.dw.data(), layer.layout.size(), &sums[0], &sums[1]);
        net.kernels.norms(layer.bias.dw.data(), layer.layout.units, &sums[0], &sums[1]);
        squares += sums[0];
        largest = std::max(largest, sums[1]);
    }
    double norm = std::sqrt(squares);
    if (std::isfinite(norm) || !std::isfinite(largest)) return norm;
    // Relative to their largest sum nothing overflows.
    double relative = 0;
    for (auto& layer : net.layers)
        for (auto* x : {&layer.weights, &layer.bias})
            for (Size i = 0; i < x->dw.size(); ++i) {
                double r = static_cast<double>(x->dw[i]) / largest;
                relative += r * r;
            }
    return largest * std::sqrt(relative);
}

}  // namespace glassnet
