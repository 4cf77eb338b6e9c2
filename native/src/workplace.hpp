// What is asked of a network, and the arrays in which it is worked out.

#pragma once

#include <memory>
#include <mutex>

#include "trainer.hpp"

namespace glassnet {

template <class T>
struct Problem {
    const Description& description;
    const Kernels<T>& kernels;
    std::vector<Size> widths;                     // of the sources
    std::vector<std::array<Size, 2>> shapes;      // of every W
    std::vector<const T*> parameters;             // W and b of every layer
    Batch<T> data;                                // all examples
    double total = 1;
    std::vector<Sparse<T>> sparse = {};           // of every source, where one of them is
    std::vector<Size> units = {};                 // of every value

    Size output_units() const { return units[description.nodes.back().makes]; }

    double multiplications() const {
        double sum = 0;
        for (auto& shape : shapes) sum += static_cast<double>(shape[0]) * static_cast<double>(shape[1]);
        return sum;
    }
};

// A network's arrays and those of its trainer. Where calls follow each other that ask for the same
// sizes, the arrays of the last one are used again: on small networks making them costs as much as
// the work itself.
template <class T>
struct Workplace {
    struct Use {
        Size rows;
        bool learns, in_place;
        int threads;
        bool operator==(const Use&) const = default;
    };
    Use use;
    std::vector<Size> widths;
    std::vector<std::array<Size, 2>> shapes;
    std::vector<bool> sparse;
    Network<T> net;
    std::unique_ptr<Trainer<T>> trainer;

    Workplace(const Problem<T>& problem, const Use& use)
        : use(use), widths(problem.widths), shapes(problem.shapes), sparse(sparse_ones(problem)),
          net(problem.description, problem.kernels, widths, shapes, use.rows, use.learns, false,
              sparse) {
        if (use.learns) trainer = std::make_unique<Trainer<T>>(net, use.threads);
    }

    bool serves(const Problem<T>& problem, const Use& asked) const {
        return use == asked && widths == problem.widths && shapes == problem.shapes &&
               sparse == sparse_ones(problem);
    }

private:
    static std::vector<bool> sparse_ones(const Problem<T>& problem) {
        std::vector<bool> made;
        for (auto& x : problem.sparse) made.push_back(x.starts != nullptr);
        return made;
    }
};

template <class T>
class Workplaces {
public:
    static constexpr Size MOST = 1 << 22;  // numbers in a row times rows of what is kept

    std::unique_ptr<Workplace<T>> take(const Problem<T>& problem, Size rows, bool learns,
                                       bool in_place, int threads) {
        const typename Workplace<T>::Use asked{rows, learns, in_place, threads};
        std::unique_ptr<Workplace<T>> kept;
        {
            std::lock_guard lock(mutex_);
            std::swap(kept, kept_[learns]);
        }
        if (kept && kept->serves(problem, asked)) return kept;
        return std::make_unique<Workplace<T>>(problem, asked);
    }

    void give_back(std::unique_ptr<Workplace<T>> place) {
        if (place->net.units_per_row * place->use.rows > MOST) return;
        std::lock_guard lock(mutex_);
        std::swap(kept_[place->use.learns], place);
    }

private:
    std::mutex mutex_;
    std::unique_ptr<Workplace<T>> kept_[2];
};

}  // namespace glassnet
