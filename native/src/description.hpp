// A network as this engine takes it: what glassnet.engines.native makes of a graph.

#pragma once

#include <cstdint>
#include <vector>

#include "table.hpp"

namespace glassnet {

// `dual`: a dense layer as dual.hpp describes it.
enum class Kind : int { dense, activation, dropout, add, concatenate, average, dual };

// One layer in its place: it reads values and makes one. Values are numbered, the sources first.
struct Node {
    Kind kind;
    std::vector<int> reads;
    int makes;
    Activation activation = Activation::identity;
    double parameter = 0;
    std::uint64_t place = 0;  // among all nodes of the graph: the word of the counter of its masks
    int layer = -1;           // its number among those with parameters
};

struct Description {
    std::vector<Node> nodes;
    int sources = 1, values = 1, layers = 0;
    Loss loss = Loss::squared;
    bool canonical = false;
    double smoothing = 0, delta = 1;
    std::vector<double> quantiles;
    double l1 = 0, l2 = 0;
};

}  // namespace glassnet
