// What is asked of a network: predictions, a cost, gradients, a row of updates.

#pragma once

#include <chrono>
#include <mutex>

#include "trainer.hpp"

namespace glassnet {

// How many threads an update is given: all there are, or one. It is measured, since it depends on
// the network, the machine and on who else is using it; the result does not depend on it. A team
// that turns out slow, because somebody else has a core of it, is ended after a few updates, and
// tried again less and less often.
class Tuner {
public:
    struct Stretch {
        int team;
        Size updates;
        double allowance;  // seconds, after which a team is to end early
        bool trial;
    };

    // The threads for the next stretch of updates; `guess` is the time of one, in seconds.
    Stretch next(int most, double guess) {
        std::lock_guard lock(mutex_);
        if (most <= 1 || guess < ALONE) return {1, MANY, FOREVER, false};
        if (guess > LONG) return {most, MANY, FOREVER, false};
        if (trial_ == TRIALS && Clock::now() >= settled_until_) {
            trial_ = 0;
            best_[0] = best_[1] = FOREVER;
        }
        Size some = std::clamp<Size>(static_cast<Size>(200e-6 / guess), 1, 16);
        if (trial_ < TRIALS) {
            bool team = trial_ % 2;
            double expected = static_cast<double>(some) * best_[0];
            return {team ? most : 1, some, team ? 2 * expected + 100e-6 : FOREVER, true};
        }
        bool team = best_[1] < best_[0];
        double expected = static_cast<double>(16 * some) * best_[team];
        return {team ? most : 1, 16 * some, team ? 2 * expected + 500e-6 : FOREVER, false};
    }

    void measured(const Stretch& stretch, double seconds, Size updates) {
        std::lock_guard lock(mutex_);
        if (updates == 0) return;
        if (!stretch.trial) {
            if (seconds > stretch.allowance) settled_until_ = Clock::now();
            return;
        }
        if (trial_ == TRIALS) return;  // two callers tried at once
        double& best = best_[trial_ % 2];
        best = std::min(best, seconds / static_cast<double>(updates));
        if (++trial_ < TRIALS) return;
        pause_ = best_[1] < best_[0] ? SETTLED : std::min(2 * pause_, 16 * SETTLED);
        double pause = std::max(pause_, 100 * std::min(best_[0], best_[1]));
        settled_until_ = Clock::now() + std::chrono::duration_cast<Clock::duration>(
                                            std::chrono::duration<double>(pause));
    }

    static constexpr double ALONE = 4e-6;  // updates shorter than this are never shared

private:
    using Clock = std::chrono::steady_clock;
    static constexpr double LONG = 0.05, SETTLED = 0.25, FOREVER = 1e30;
    static constexpr Size MANY = 1 << 30;
    static constexpr int TRIALS = 4;

    std::mutex mutex_;
    int trial_ = TRIALS;
    double best_[2] = {FOREVER, FOREVER}, pause_ = SETTLED / 2;
    Clock::time_point settled_until_{};
};

template <class T>
struct Problem {
    const Description& description;
    const Kernels<T>& kernels;
    std::vector<Size> widths;                     // of the sources
    std::vector<std::array<Size, 2>> shapes;      // of every W
    std::vector<const T*> parameters;             // W and b of every layer
    Batch<T> data;                                // all examples
    double total = 1;

    double multiplications() const {
        double sum = 0;
        for (auto& shape : shapes) sum += static_cast<double>(shape[0]) * static_cast<double>(shape[1]);
        return sum;
    }
};

constexpr double RATE = 20e9;  // multiplications a second of one core: a first guess

constexpr Size BLOCK = 192;    // examples that go through all layers together in a prediction
constexpr Size MANY_NUMBERS = 1 << 17;  // parameters that several threads bring
constexpr Size FEW = 24;       // fewer examples are not worth packing the parameters

// A network's arrays and those of its trainer. Where calls follow each other that ask for the same
// sizes, the arrays of the last one are used again: on small networks making them costs as much as
// the work itself.
template <class T>
struct Workplace {
    struct Sizes {
        std::vector<Size> widths;
        std::vector<std::array<Size, 2>> shapes;
        Size rows;
        bool learns, in_place;
        int threads;
        bool operator==(const Sizes&) const = default;
    };
    Sizes sizes;
    Network<T> net;
    std::unique_ptr<Trainer<T>> trainer;

    Workplace(const Problem<T>& problem, Sizes asked)
        : sizes(std::move(asked)),
          net(problem.description, problem.kernels, problem.widths, problem.shapes, sizes.rows,
              sizes.learns) {
        if (sizes.learns) trainer = std::make_unique<Trainer<T>>(net, sizes.threads);
    }
};

template <class T>
class Workplaces {
public:
    static constexpr Size MOST = 1 << 22;  // numbers in a row times rows of what is kept

    std::unique_ptr<Workplace<T>> take(const Problem<T>& problem, Size rows, bool learns,
                                       bool in_place, int threads) {
        typename Workplace<T>::Sizes asked{problem.widths, problem.shapes, rows,
                                           learns,         in_place,       threads};
        std::unique_ptr<Workplace<T>> kept;
        {
            std::lock_guard lock(mutex_);
            std::swap(kept, kept_[learns]);
        }
        if (kept && kept->sizes == asked) return kept;
        return std::make_unique<Workplace<T>>(problem, std::move(asked));
    }

    void give_back(std::unique_ptr<Workplace<T>> place) {
        if (place->net.units_per_row * place->sizes.rows > MOST) return;
        std::lock_guard lock(mutex_);
        std::swap(kept_[place->sizes.learns], place);
    }

private:
    std::mutex mutex_;
    std::unique_ptr<Workplace<T>> kept_[2];
};

// Rows are dealt out in blocks through all layers; `use` sees every block behind its last layer.
template <class T, class Use>
void over_rows(const Problem<T>& problem, int threads, Workplaces<T>& workplaces, Watch& watch,
               bool open_end, Use use) {
    const Size rows = problem.data.rows;
    double guess = problem.multiplications() * static_cast<double>(rows) / RATE;
    Pool::Lease lease(guess > 50e-6 ? threads : 1);
    int team = static_cast<int>(std::min<Size>(lease.threads(), (rows + 95) / 96));
    const Size block = std::min<Size>(rows, BLOCK);
    const bool in_place = rows < FEW;
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
            net.forward(0, part.rows, open_end, nullptr, part.rows);
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
    const Size block = std::min<Size>(problem.data.rows, BLOCK);
    std::vector<double> sums(static_cast<std::size_t>(problem.data.rows / block) + 1);
    over_rows(problem, threads, workplaces, watch, true, [&](Network<T>& net, Size first, Size rows) {
        net.lose(0, rows, false);
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
Plan<T> plan_of(const Problem<T>& problem, Size rows) {
    Plan<T> plan{};
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
    trainer.begin();
    if (rows > SHARD) trainer.make_wide_sums();
    Plan<T> plan = plan_of(problem, rows);
    plan.updates = false;
    net.open(problem.data, true);
    double cost = 0;
    Barrier barrier(lease.threads());
    lease.run(lease.threads(), [&](int number) {
        trainer.step(problem.data, plan, noise, number, lease.threads(), barrier, watch, cost);
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
    net.forward(0, problem.data.rows, false, nullptr, problem.data.rows);
    see(net, seen);
}

template <class T>
double trace(const Problem<T>& problem, const Philox* noise, const Seen<T>& seen, Watch& watch) {
    const Size rows = problem.data.rows;
    Network<T> net(problem.description, problem.kernels, problem.widths, problem.shapes, rows, true,
                   true);
    net.pack(problem.parameters);
    Trainer<T> trainer(net, 1);
    trainer.begin();
    Plan<T> plan = plan_of(problem, rows);
    plan.updates = false;
    plan.at_once = rows;
    net.open(problem.data, false);
    double cost = 0;
    Barrier barrier(1);
    trainer.step(problem.data, plan, noise, 0, 1, barrier, watch, cost);
    see(net, seen);
    copy_gradients(net, seen.gradients);
    return cost;
}

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
    trainer.begin();
    if (largest > SHARD) trainer.make_wide_sums();

    std::vector<Batch<T>> batches(row.sizes.size(), problem.data);
    Size at = 0;
    for (Size i = 0; i < updates; ++i) {
        batches[i].rows = row.sizes[i];
        if (row.order) batches[i].order = row.order + at;
        at += row.sizes[i];
    }
    net.open(batches[0], row.order == nullptr);

    auto plan_for = [&](Size i) {
        Plan<T> plan = plan_of(problem, row.sizes[i]);
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

    Size done = 0;
    bool finite = true;
    while (done < updates && finite && !watch.over()) {
        auto stretch = tuner.next(lease.threads(), guess);
        auto began = Clock::now();
        auto seconds = [&] { return std::chrono::duration<double>(Clock::now() - began).count(); };
        std::atomic<Size> last = std::min(updates, done + stretch.updates);
        Barrier barrier(stretch.team);
        Size reached = done;
        lease.run(stretch.team, [&](int number) {
            for (Size i = done; i < last.load(); ++i) {
                // Told before the barriers of this update, so that all end behind it.
                if (number == 0 && stretch.team > 1 && seconds() > stretch.allowance) last = i + 1;
                Philox noise{row.key, {0, 0, static_cast<std::uint64_t>(row.t + i), 0}};
                double cost = 0;
                Outcome outcome = trainer.step(batches[i], plan_for(i), &noise, number,
                                               stretch.team, barrier, watch, cost);
                if (number == 0) {
                    row.costs[i] = cost;
                    if (outcome == Outcome::made) reached = i + 1;
                    if (outcome == Outcome::faulty) finite = false;
                }
                if (outcome != Outcome::made) return;
            }
        });
        tuner.measured(stretch, seconds(), reached - done);
        done = reached;
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
