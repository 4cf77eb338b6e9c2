// What comes from Python becomes a description and a problem: every array is checked here, and
// nothing behind it is.

#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "door.hpp"
#include "runs.hpp"

namespace glassnet {

using NodeTuple = std::tuple<int, std::vector<int>, int, int, double, std::uint64_t>;

inline Description described(const std::vector<NodeTuple>& nodes, int sources, int values, int loss,
                             bool canonical, double smoothing, double delta,
                             std::vector<double> quantiles, double l1, double l2) {
    Description d;
    check(!nodes.empty() && sources > 0 && values > sources, "a network without layers");
    check(loss >= 0 && loss <= 6, "an unknown loss");
    for (auto& [kind, reads, makes, activation, parameter, place] : nodes) {
        check(kind >= 0 && kind <= 6, "an unknown layer");
        check(activation >= 0 && activation <= 12, "an unknown activation");
        check(!reads.empty() && makes >= sources && makes < values, "these values");
        for (int read : reads) check(read >= 0 && read < makes, "these values");
        Node node{static_cast<Kind>(kind), reads, makes};
        node.activation = static_cast<Activation>(activation);
        node.parameter = parameter;
        node.place = place;
        if (node.kind == Kind::dense || node.kind == Kind::dual) node.layer = d.layers++;
        check(node.kind != Kind::dual || (reads == std::vector<int>{0, 1} && sources == 2),
              "these values for a dual layer");
        d.nodes.push_back(node);
    }
    check(!canonical || d.nodes.back().kind == Kind::activation, "this canonical pair");
    d.sources = sources;
    d.values = values;
    d.loss = static_cast<Loss>(loss);
    d.canonical = canonical;
    d.smoothing = smoothing;
    d.delta = delta;
    d.quantiles = std::move(quantiles);
    d.l1 = l1;
    d.l2 = l2;
    return d;
}

// Arrays for a network, by the number of the value; none where one is not wanted.
template <class T>
using Arrays = std::vector<std::optional<Made<T>>>;

template <class T>
class Admission {
public:
    Admission(const Description& description, const Kernels<T>& kernels)
        : description_(description), kernels_(kernels) {}

    template <class Parameters>
    Problem<T> problem(const Parameters& parameters, const std::vector<Input<T>>& inputs) const {
        Problem<T> problem{description_, kernels_, {}, {}, {}, {}, 1};
        check(static_cast<int>(inputs.size()) == description_.sources, "this number of inputs");
        check(static_cast<int>(parameters.size()) == 2 * description_.layers,
              "this number of parameters");
        for (std::size_t s = 0; s < inputs.size(); ++s) {
            bool sparse = std::holds_alternative<SparseRows<T>>(inputs[s]);
            Size rows = sparse ? sparse_input(problem, s, std::get<SparseRows<T>>(inputs[s]))
                               : dense_input(problem, std::get<Rows<T>>(inputs[s]));
            check(rows > 0 && problem.widths[s] > 0 && (s == 0 || rows == problem.data.rows),
                  "inputs of these shapes");
            problem.data.rows = rows;
        }
        if (!problem.sparse.empty()) {
            problem.sparse.resize(inputs.size());
            problem.data.sparse = problem.sparse.data();
        }
        for (std::size_t l = 0; l < parameters.size(); l += 2) {
            auto &w = parameters[l], &b = parameters[l + 1];
            check(w.shape(0) > 0 && w.shape(1) > 0 && b.shape(0) == w.shape(0) && b.shape(1) == 1,
                  "parameters of these shapes");
            problem.shapes.push_back({w.shape(0), w.shape(1)});
            problem.parameters.push_back(aligned(w.data()));
            problem.parameters.push_back(aligned(b.data()));
        }
        problem.units = all_units(problem);
        return problem;
    }

    void label(Problem<T>& problem, const Rows<T>& y, std::optional<Line<const T>>& weights,
               double total) const {
        Size units = problem.output_units(), rows = problem.data.rows;
        Size given = y.shape(1);
        bool shared = description_.loss == Loss::quantile && given == 1;
        check(y.shape(0) == rows && (given == units || shared),
              "labels of this shape");
        auto& quantiles = description_.quantiles;
        check(description_.loss != Loss::quantile ||
                  static_cast<Size>(quantiles.size()) >= units,
              "this number of quantiles");
        problem.data.y = aligned(y.data());
        problem.data.y_units = given;
        problem.data.y_step = rows_step(y);
        check(!weights || weights->shape(0) == rows, "this number of weights");
        problem.data.weights = weights ? aligned(weights->data()) : nullptr;
        check(total > 0, "a total that is not positive");
        problem.total = total;
    }

    std::vector<T*> writable(const Problem<T>& problem, std::vector<Made<T>>& arrays) const {
        check(arrays.size() == problem.parameters.size(), "this number of arrays to write to");
        std::vector<T*> made;
        for (std::size_t i = 0; i < arrays.size(); ++i) {
            auto& shape = problem.shapes[i / 2];
            check(arrays[i].shape(0) == shape[0] && arrays[i].shape(1) == (i % 2 ? 1 : shape[1]),
                  "arrays of these shapes to write to");
            made.push_back(aligned(arrays[i].data()));
        }
        return made;
    }

    Seen<T> to_see(const Problem<T>& problem, const Arrays<T>& a, const Arrays<T>& da,
                   const Arrays<T>& mask) const {
        check(problem.sparse.empty(), "sparse inputs, to look at");
        auto& units = problem.units;
        auto checked = [&](const Arrays<T>& arrays) {
            check(arrays.size() == units.size(), "this number of arrays to write to");
            std::vector<T*> made;
            for (std::size_t v = 0; v < units.size(); ++v) {
                check(!arrays[v] || (arrays[v]->shape(0) == problem.data.rows &&
                                     arrays[v]->shape(1) == units[v]),
                      "arrays of these shapes to write to");
                made.push_back(arrays[v] ? aligned(arrays[v]->data()) : nullptr);
            }
            return made;
        };
        auto seen = Seen<T>{checked(a), checked(da), checked(mask), {}};
        std::vector<bool> learned(units.size(), false), masked(units.size(), false);
        for (auto& node : description_.nodes) {
            masked[node.makes] = node.kind == Kind::dropout;
            learned[node.makes] = node.kind == Kind::dense;
            for (int read : node.reads)
                if (learned[read]) learned[node.makes] = true;
        }
        for (std::size_t v = 0; v < units.size(); ++v)
            check((learned[v] || !seen.da[v]) && (masked[v] || !seen.mask[v]) &&
                      (static_cast<int>(v) >= description_.sources || !seen.a[v]),
                  "arrays that the network does not make");
        return seen;
    }

private:
    static Size dense_input(Problem<T>& problem, const Rows<T>& x) {
        problem.data.x.push_back(aligned(x.data()));
        problem.data.x_step.push_back(rows_step(x));
        problem.widths.push_back(x.shape(1));
        return x.shape(0);
    }

    Size sparse_input(Problem<T>& problem, std::size_t source, const SparseRows<T>& x) const {
        auto& [numbers, places, starts, width] = x;
        for (auto& node : description_.nodes)
            for (int read : node.reads)
                check(read != static_cast<int>(source) || node.kind == Kind::dense,
                      "a sparse input that is not that of a dense layer");
        check(starts.shape(0) > 0 && numbers.shape(0) == places.shape(0), "this sparse input");
        const Size rows = starts.shape(0) - 1;
        const std::int64_t* start = aligned(starts.data());
        const std::int32_t* place = aligned(places.data());
        check(start[0] == 0 && start[rows] == static_cast<std::int64_t>(numbers.shape(0)),
              "rows of a sparse input that do not begin and end there");
        for (Size i = 0; i < rows; ++i) {
            check(start[i] <= start[i + 1] && start[i + 1] <= start[rows],
                  "rows of a sparse input in this order");
            for (auto e = start[i]; e < start[i + 1]; ++e)
                check(place[e] >= (e > start[i] ? place[e - 1] + 1 : 0) && place[e] < width,
                      "these places of a sparse input");
        }
        problem.sparse.resize(source + 1);
        problem.sparse[source] = {aligned(numbers.data()), place, start};
        problem.data.x.push_back(nullptr);
        problem.data.x_step.push_back(0);
        problem.widths.push_back(width);
        return rows;
    }

    // The units of every value follow from those of the inputs and of W; all must fit.
    std::vector<Size> all_units(const Problem<T>& problem) const {
        std::vector<Size> units(static_cast<std::size_t>(description_.values), 0);
        for (int s = 0; s < description_.sources; ++s) units[s] = problem.widths[s];
        for (auto& node : description_.nodes) {
            Size made = units[node.reads[0]];
            if (node.kind == Kind::dense) {
                check(problem.shapes[node.layer][1] == made, "a W that does not fit its input");
                made = problem.shapes[node.layer][0];
            } else if (node.kind == Kind::dual) {
                auto shape = problem.shapes[node.layer];
                check(made == problem.data.rows && made <= SHARD && shape[1] == made &&
                          shape[0] == units[node.reads[1]],
                      "an S that does not fit K and Z");
                made = shape[0];
            } else if (node.kind == Kind::concatenate) {
                made = 0;
                for (int read : node.reads) made += units[read];
            } else {
                for (int read : node.reads)
                    check(units[read] == made, "values of different units to add");
            }
            units[node.makes] = made;
        }
        return units;
    }

    const Description& description_;
    const Kernels<T>& kernels_;
};

}  // namespace glassnet
