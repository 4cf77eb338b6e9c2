// Predictions, costs, gradients and traces.

#pragma once

#include <numeric>

#include "workplace.hpp"

namespace glassnet {

constexpr double RATE = 20e9;  // multiplications a second of one core: a first guess

constexpr Size FEW = 24;       // fewer examples are not worth packing the parameters

// Examples that go through all layers together in a prediction: many, since they all read W once, but
// Ctrl-C is heard between them.
template <class T>
Size block_of(const Problem<T>& problem) {
    const double bytes = problem.multiplications() * static_cast<double>(sizeof(T));
    const auto heard = static_cast<Size>(2 * static_cast<double>(HEARD) / std::max(bytes, 1.0));
    return std::min(problem.data.rows, std::clamp<Size>(heard, 32, 192));
}

// Rows are dealt out in blocks through all layers; `use` sees every block behind its last layer.
template <class T, class Use>
void over_rows(const Problem<T>& problem, int threads, Workplaces<T>& workplaces, Watch& watch,
               bool open_end, Use use) {
    const Size rows = problem.data.rows;
    double guess = problem.multiplications() * static_cast<double>(rows) / RATE;
    Pool::Lease lease(guess > 50e-6 ? threads : 1);
    int team = static_cast<int>(std::min<Size>(lease.threads(), (rows + 95) / 96));
    const Size block = block_of(problem);
    const bool in_place = rows < FEW && !problem.data.sparse;
    std::vector<std::unique_ptr<Workplace<T>>> places;
    for (int t = 0; t < team; ++t) {
        places.push_back(workplaces.take(problem, block, false, in_place, 1));
        auto& net = places.back()->net;
        if (in_place) {
            net.read_in_place(problem.parameters);
        } else if (t == 0) {
            net.pack(problem.parameters);
        } else {
            for (std::size_t l = 0; l < net.layers.size(); ++l) {
                net.layers[l].w = places[0]->net.layers[l].w;
                net.layers[l].b = places[0]->net.layers[l].b;
                net.layers[l].finite = places[0]->net.layers[l].finite;
            }
        }
    }
    lease.run(team, [&](int number) {
        auto& net = places[number]->net;
        Size blocks = (rows + block - 1) / block;
        for (Size at = blocks * number / team; at < blocks * (number + 1) / team; ++at) {
            if (number == 0) watch.look();
            if (watch.over()) return;
            Batch<T> part = problem.data;
            part.first += at * block;
            part.rows = std::min(block, rows - at * block);
            net.open(part, true);
            net.enter(part, 0, part.rows);
            OwnRows<T> all(net, 0, part.rows);
            forward(net, part, all, open_end, nullptr);
            use(net, at * block, part.rows);
        }
    });
    workplaces.give_back(std::move(places[0]));
}

template <class T>
void predict(const Problem<T>& problem, int threads, Workplaces<T>& workplaces, Watch& watch,
             T* out) {
    over_rows(problem, threads, workplaces, watch, false, [out](Network<T>& net, Size first, Size rows) {
        auto& value = net.output();
        for (Size i = 0; i < rows; ++i)
            std::copy_n(value.a + i * value.step, value.units, out + (first + i) * value.units);
    });
}

template <class T>
double cost(const Problem<T>& problem, int threads, Workplaces<T>& workplaces, Watch& watch) {
    const Size block = block_of(problem);
    std::vector<double> sums(static_cast<std::size_t>(problem.data.rows / block) + 1);
    over_rows(problem, threads, workplaces, watch, true, [&](Network<T>& net, Size first, Size rows) {
        lose(net, 0, rows, false);
        double sum = 0;
        for (Size i = 0; i < rows; ++i) sum += static_cast<double>(net.each[i]);
        sums[static_cast<std::size_t>(first / block)] = sum;
    });
    double mean = std::accumulate(sums.begin(), sums.end(), 0.0) /
                  static_cast<double>(problem.data.rows);
    double squares = 0, absolutes = 0;
    const auto& d = problem.description;
    for (std::size_t l = 0; (d.l1 != 0 || d.l2 != 0) && l < problem.shapes.size(); ++l)
        problem.kernels.norms(problem.parameters[2 * l],
                              problem.shapes[l][0] * problem.shapes[l][1], &squares, &absolutes);
    return mean + (d.l2 / 2 * squares + d.l1 * absolutes) / problem.total;
}

template <class T>
Plan plan_of(const Problem<T>& problem, Size rows) {
    Plan plan{};
    plan.l1 = problem.description.l1;
    plan.l2 = problem.description.l2;
    plan.total = problem.total;
    plan.update.rule = Rule::descent;
    plan.update.shrink = 1;
    plan.update.l1 = plan.l1 / plan.total;
    plan.update.l2 = plan.l2 / plan.total;
    plan.update.average = -1;
    plan.update.scale = 1 / static_cast<double>(rows);
    return plan;
}

template <class T>
void copy_gradients(const Network<T>& net, const std::vector<T*>& out) {
    for (std::size_t l = 0; l < net.layers.size(); ++l) {
        auto& layer = net.layers[l];
        layer.layout.unpack(net.kernels, layer.weights.dw.data(), out[2 * l], 0,
                            layer.layout.inputs);
        std::copy_n(layer.bias.dw.data(), layer.layout.units, out[2 * l + 1]);
    }
}

template <class T>
double gradients(const Problem<T>& problem, int threads, Workplaces<T>& workplaces,
                 const Philox* noise, const std::vector<T*>& out, Watch& watch) {
    const Size rows = problem.data.rows;
    double guess = 3 * problem.multiplications() * static_cast<double>(rows) / RATE;
    Pool::Lease lease(guess > 50e-6 ? threads : 1);
    auto place = workplaces.take(problem, std::min(rows, SHARD), true, false, lease.threads());
    auto& net = place->net;
    auto& trainer = *place->trainer;
    net.pack(problem.parameters);
    trainer.begin(rows);
    Plan plan = plan_of(problem, rows);
    plan.updates = false;
    net.open(problem.data, true);
    double cost = 0;
    Barrier barrier(lease.threads());
    lease.run(lease.threads(), [&](int number) {
        trainer.step(problem.data, plan, noise, number, lease.threads(), false, barrier, watch, cost);
    });
    copy_gradients(net, out);
    workplaces.give_back(std::move(place));
    return cost;
}

// Every array of both passes: of each value its numbers, its gradient and its mask, examples first.
template <class T>
struct Seen {
    std::vector<T*> a, da, mask;  // by the number of the value; null: not wanted
    std::vector<T*> gradients;
};

template <class T>
void see(Network<T>& net, const Seen<T>& seen) {
    auto copy = [&](const Memory<T>& from, const Value<T>& value, T* to) {
        for (Size i = 0; i < net.capacity && to; ++i)
            std::copy_n(from.data() + i * value.step, value.units, to + i * value.units);
    };
    for (std::size_t v = 0; v < net.values.size(); ++v) {
        copy(net.values[v].own, net.values[v], seen.a[v]);
        copy(net.values[v].gradient_, net.values[v], seen.da[v]);
        copy(net.values[v].mask, net.values[v], seen.mask[v]);
    }
}

template <class T>
void look(const Problem<T>& problem, const Seen<T>& seen) {
    Network<T> net(problem.description, problem.kernels, problem.widths, problem.shapes,
                   problem.data.rows, false, true);
    net.pack(problem.parameters);
    net.open(problem.data, false);
    net.enter(problem.data, 0, problem.data.rows);
    OwnRows<T> all(net, 0, problem.data.rows);
    forward(net, problem.data, all, false, nullptr);
    see(net, seen);
}

template <class T>
double trace(const Problem<T>& problem, const Philox* noise, const Seen<T>& seen, Watch& watch) {
    const Size rows = problem.data.rows;
    Network<T> net(problem.description, problem.kernels, problem.widths, problem.shapes, rows, true,
                   true);
    net.pack(problem.parameters);
    Trainer<T> trainer(net, 1);
    trainer.begin(0);
    Plan plan = plan_of(problem, rows);
    plan.updates = false;
    plan.at_once = rows;
    net.open(problem.data, false);
    double cost = 0;
    Barrier barrier(1);
    trainer.step(problem.data, plan, noise, 0, 1, false, barrier, watch, cost);
    see(net, seen);
    copy_gradients(net, seen.gradients);
    return cost;
}

}  // namespace glassnet
