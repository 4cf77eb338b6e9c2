// Rows of updates.

#pragma once

#include <chrono>

#include "runs.hpp"
#include "tuner.hpp"

namespace glassnet {

constexpr Size MANY_NUMBERS = 1 << 17;  // parameters that several threads bring

// A row of updates, and the state that they begin and end with.
template <class T>
struct Learning {
    std::vector<T*> parameters, v, s, mean;  // W and b of every layer; written to
    std::vector<Size> sizes;                 // of the batches, one behind the other in `order`
    const std::int64_t* order = nullptr;     // null: every batch is all examples
    const double* rates = nullptr;
    Rule rule = Rule::descent;
    double beta_1 = 0, beta_2 = 0, epsilon = 0, decay = 0;
    double limit = 0, limit_norm = 0, average = -1;
    std::int64_t t = 0;  // updates before this row
    std::array<std::uint64_t, 2> key{};
    double* costs = nullptr;
};

// Arrays beside the parameters, brought in, or taken out, as `Network::pack` brings these.
template <class T>
void into(Network<T>& net, Memory<T> Parameters<T>::* which, const std::vector<T*>& natural,
          std::size_t l, Size from, Size to) {
    if (natural.empty()) return;
    auto& layer = net.layers[l];
    layer.layout.pack(net.kernels, natural[2 * l], (layer.weights.*which).data(), from, to);
    if (from == 0)
        std::copy_n(natural[2 * l + 1], layer.layout.units, (layer.bias.*which).data());
}

template <class T>
void out_of(Network<T>& net, Memory<T> Parameters<T>::* which, const std::vector<T*>& natural,
            std::size_t l, Size from, Size to) {
    if (natural.empty()) return;
    auto& layer = net.layers[l];
    layer.layout.unpack(net.kernels, (layer.weights.*which).data(), natural[2 * l], from, to);
    if (from == 0)
        std::copy_n((layer.bias.*which).data(), layer.layout.units, natural[2 * l + 1]);
}

// `use` of every layer's inputs, divided among threads where there are enough to be worth it.
template <class T, class Use>
void over_inputs(Network<T>& net, Pool::Lease& lease, Use use) {
    Size numbers = 0;
    for (auto& layer : net.layers) numbers += layer.layout.size();
    const int team = numbers > MANY_NUMBERS ? lease.threads() : 1;
    lease.run(team, [&](int number) {
        for (std::size_t l = 0; l < net.layers.size(); ++l) {
            auto& at = net.layers[l].layout;
            auto cut = [&](int part) {
                return std::min(at.vectors_in() * part / team * at.lanes, at.inputs);
            };
            if (cut(number) < cut(number + 1)) use(l, cut(number), cut(number + 1));
        }
    });
}

// The number of updates after which everything was still finite: all of them, or fewer. Then the
// arrays are of no use, unless `watch` has ended it.
template <class T>
Size learn(const Problem<T>& problem, int threads, Workplaces<T>& workplaces,
           const Learning<T>& row, Tuner& tuner, Watch& watch) {
    using Clock = std::chrono::steady_clock;
    const Size updates = static_cast<Size>(row.sizes.size());
    Size largest = 0;
    for (Size size : row.sizes) largest = std::max(largest, size);
    double guess = 3 * problem.multiplications() * static_cast<double>(largest) / RATE;
    Pool::Lease lease(guess < Tuner::ALONE ? 1 : threads);
    auto place = workplaces.take(problem, std::min(largest, SHARD), true, false, lease.threads());
    auto& net = place->net;
    auto& trainer = *place->trainer;
    std::vector<const T*> natural(row.parameters.begin(), row.parameters.end());
    net.make_room();
    net.judge(natural);
    for (auto& layer : net.layers) {
        for (auto* x : {&layer.weights, &layer.bias}) {
            if (!row.v.empty()) x->v.provide(x->w.size());
            if (!row.s.empty()) x->s.provide(x->w.size());
            if (!row.mean.empty()) x->mean.provide(x->w.size());
        }
    }
    over_inputs(net, lease, [&](std::size_t l, Size from, Size to) {
        net.pack(natural, l, from, to);
        into(net, &Parameters<T>::v, row.v, l, from, to);
        into(net, &Parameters<T>::s, row.s, l, from, to);
        into(net, &Parameters<T>::mean, row.mean, l, from, to);
    });
    trainer.begin(largest);

    net.open(problem.data, row.order == nullptr || !trainer.copies_rows());

    auto plan_for = [&](Size i) {
        Plan plan = plan_of(problem, row.sizes[i]);
        double t = static_cast<double>(row.t + i + 1);
        Update& u = plan.update;
        u.rule = row.rule;
        u.alpha = row.rates[i];
        u.beta_1 = row.beta_1;
        u.beta_2 = row.beta_2;
        u.epsilon = row.epsilon;
        u.unbias_1 = 1 / (1 - std::pow(row.beta_1, t));
        u.unbias_2 = 1 / (1 - std::pow(row.beta_2, t));
        u.shrink = 1 - row.rates[i] * row.decay;
        u.limit = row.limit;
        u.average = row.average < 0 ? -1 : std::min(row.average, (1 + t) / (10 + t));
        plan.limit_norm = row.limit_norm;
        return plan;
    };

    Size done = 0, seen = 0;  // updates, and the examples of their batches
    bool finite = true;
    while (done < updates && finite && !watch.over()) {
        auto stretch = tuner.next(lease.threads(), guess, trainer.divides_units());
        auto began = Clock::now();
        auto seconds = [&] { return std::chrono::duration<double>(Clock::now() - began).count(); };
        std::atomic<Size> last = std::min(updates, done + stretch.updates);
        Barrier barrier(stretch.team);
        Size reached = done;
        const std::int64_t* const order = row.order ? row.order + seen : nullptr;
        lease.run(stretch.team, [&](int number) {
            Batch<T> batch = problem.data;
            batch.order = order;
            barrier.wait();
            // The time in which the others wake up is not that of their updates, unless it is so
            // long that somebody else must have their cores.
            if (number == 0 && seconds() < Tuner::WAKING) began = Clock::now();
            for (Size i = done; i < last.load(); ++i) {
                // Told before the barriers of this update, so that all end behind it.
                if (number == 0 && stretch.team > 1 && seconds() > stretch.allowance) last = i + 1;
                Philox noise{row.key, {0, 0, static_cast<std::uint64_t>(row.t + i), 0}};
                double cost = 0;
                batch.rows = row.sizes[i];
                Outcome outcome = trainer.step(batch, plan_for(i), &noise, number,
                                               stretch.team, stretch.way == Tuner::units, barrier,
                                               watch, cost);
                if (number == 0) {
                    row.costs[i] = cost;
                    if (outcome == Outcome::made) reached = i + 1;
                    if (outcome == Outcome::faulty) finite = false;
                }
                if (outcome != Outcome::made) return;
                if (order) batch.order += batch.rows;
            }
        });
        tuner.measured(stretch, seconds(), reached - done);
        while (done < reached) seen += row.sizes[done++];
    }
    if (!finite) return done;
    over_inputs(net, lease, [&](std::size_t l, Size from, Size to) {
        out_of(net, &Parameters<T>::w, row.parameters, l, from, to);
        out_of(net, &Parameters<T>::v, row.v, l, from, to);
        out_of(net, &Parameters<T>::s, row.s, l, from, to);
        out_of(net, &Parameters<T>::mean, row.mean, l, from, to);
    });
    workplaces.give_back(std::move(place));
    return done;
}

}  // namespace glassnet
