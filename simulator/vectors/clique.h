// The largest clique of a graph, as far as it is looked for.
//
// In:     for each vertex the set of its neighbours, both ways.
// Out:    the size of a clique: vertices of which each two are neighbours.
// Always: a clique of this size exists. It is the largest unless the search reached its bound.
//
// For example, of a triangle with one more vertex at one of its corners the answer is 3.
//
// Branch and bound with colours as bounds: Tomita and Seki, *An Efficient Branch-and-Bound Algorithm for Finding a
// Maximum Clique*, 2003.
#pragma once

#include <cstddef>
#include <vector>

#include "simulator/vectors/members.h"

namespace tally {

std::size_t largest_clique(const std::vector<Members>& neighbours, std::size_t max_steps = 200'000);

}  // namespace tally
