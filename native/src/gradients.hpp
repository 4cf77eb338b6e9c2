// Gradients of the parameters: who sums them, and when they become updates.
//
// A thread sums those of its own stretches of W over all examples, and updates these at once, with
// the gradient still in its cache; or, where the norm of all is needed or the sums take long, behind
// all sums.

#pragma once

#include "division.hpp"
#include "norms.hpp"
#include "sums.hpp"

namespace glassnet {

template <class T>
class Gradients {
public:
    Gradients(Network<T>& network, const Division<T>& division, int most_threads)
        : net(network), division_(division), tasks_(net), penalties_(tasks_.size()),
          settling_(net, most_threads), sums_(net, settling_, most_threads) {}

    // Before the first step: nothing is faulty yet, and there are arrays for the gradients.
    void begin() {
        settling_.begin();
        for (auto& layer : net.layers) {
            layer.weights.dw.provide(layer.layout.size());
            layer.bias.dw.provide(up_to(layer.layout.units, layer.layout.lanes));
        }
    }

    // Sums in float64 for batches of more than one shard.
    void make_wide_sums() {
        for (auto& layer : net.layers)
            for (auto* x : {&layer.weights, &layer.bias}) x->wide.provide(x->dw.size());
    }

    // What the parameters add to the cost, before they are updated.
    void measure(int number, int team) {
        for (Size t = 0; t < tasks_.size(); ++t)
            if (tasks_.mine(t, number, team)) penalties_.measure(net, tasks_[t], t);
    }

    // What a thread does of the second phase, for a batch of one shard.
    void sum(const Share& share, const Batch<T>& batch) {
        own(share.number, share.team, share.by_units, [&](const Task& task) {
            auto& layer = net.layers[task.layer];
            const Node& node = dense(task.layer);
            auto& out = net.values[node.makes];
            const Factors<T> of{net.rows(node.reads[0], batch, 0), {out.da, out.step},
                                node.reads[0] < net.description.sources};
            if (node.kind == Kind::dual)
                sums_.dual(layer, of.dz, task, share);
            else if (layer.sparse)
                sums_.from_sparse(layer, batch, batch.sparse[node.reads[0]], of.dz, task, share);
            else
                sums_.of_weights(layer, of, task, share);
            if (task.from == 0 && !share.left()) sums_.of_bias(layer, of, task, share);
        });
    }

    // The same where dW and db are summed already, by one thread.
    void use(const Share& share) {
        for (auto& layer : net.layers) {
            settling_.apply(layer.weights, 0, layer.layout.size(), true, share);
            settling_.apply(layer.bias, 0, layer.layout.units, false, share);
        }
    }

    // The update, behind all sums: of gradients scaled together to the norm that is allowed.
    void update(const Share& share) {
        Update update = share.plan.update;
        if (share.plan.limit_norm > 0) {
            // Every thread takes the whole norm, in the same order: it is cheap beside the products.
            double norm = gradient_norm(net);
            update.scale = norm > share.plan.limit_norm ? share.plan.limit_norm / norm : 1.0;
            update.l1 = update.l2 = 0;
        }
        own(share.number, share.team, share.by_units, [&](const Task& task) {
            auto& layer = net.layers[task.layer];
            auto go = [&](Parameters<T>& x, Size from, Size count, bool weights) {
                settling_.judge(net.kernels.update(update, x.range(from, count), weights), share.number);
            };
            layer.layout.stretches(task.from, task.to, task.first, task.last,
                                   [&](Size at, Size count, Size) {
                go(layer.weights, at, count, true);
            });
            net.turn(layer, task.from, task.to, task.first, task.last);
            if (task.from == 0) go(layer.bias, task.first, task.last - task.first, false);
        });
    }

    bool finite() const { return settling_.finite(); }
    void found_a_fault(int number) { settling_.judge(false, number); }
    double penalty(const Plan& plan) const { return penalties_.total(plan); }

private:
    // `use` of what thread `number` has of every W: the units that are its own in both passes, and
    // of the layers that are divided by rows, some inputs.
    template <class Use>
    void own(int number, int team, bool by_units, Use use) const {
        if (!by_units) return tasks_.own(number, team, use);
        for (int l = static_cast<int>(net.layers.size()) - 1; l >= 0; --l) {
            auto& at = net.layers[l].layout;
            int value = dense(l).makes;
            Task task{l, 0, at.inputs, 0, at.units};
            if (division_.by_units(value)) {
                Part part = division_.part(value, 0, number, team);
                task.first = part.first;
                task.last = part.last;
            } else {
                auto cut = [&](int part) {
                    return std::min(at.vectors_in() * part / team * at.lanes, at.inputs);
                };
                task.from = cut(number);
                task.to = cut(number + 1);
            }
            if (task.from < task.to && task.first < task.last) use(task);
        }
    }

    const Node& dense(int layer) const {
        for (auto& node : net.description.nodes)
            if (node.layer == layer) return node;
        throw std::logic_error("a layer without a node");
    }

    Network<T>& net;
    const Division<T>& division_;
    Tasks tasks_;
    Penalties<T> penalties_;
    Settling<T> settling_;
    Sums<T> sums_;
};

}  // namespace glassnet
