// Blocks that several threads work on come back in order, and what a worker throws reaches the caller.
#include "cli/ordered_blocks.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <stdexcept>
#include <thread>
#include <vector>

namespace tally::cli {
namespace {

struct Number {
  int in = 0, out = 0;
};

TEST(OrderedBlocks, ComeBackInOrder) {
  for (const std::size_t jobs : {1u, 2u, 5u}) {
    std::vector<int> got;
    std::atomic<int> made = 0, at_once = 0, most = 0;
    const auto make_work = [&]() -> OrderedBlocks<Number>::Work {
      ++made;
      return [&](Number& block) {
        const int now = ++at_once;
        for (int before = most; before < now && !most.compare_exchange_weak(before, now);) {
        }
        // The later ones are faster.
        if (block.in % 7 == 0) std::this_thread::sleep_for(std::chrono::microseconds(300));
        block.out = 2 * block.in;
        --at_once;
      };
    };
    {
      OrderedBlocks<Number> blocks(jobs, make_work, [&](Number& block) { got.push_back(block.out); });
      for (int i = 0; i < 1000; ++i) {
        blocks.next().in = i;
        blocks.submit();
        if (i % 100 == 99) {
          blocks.finish();
          EXPECT_EQ(got.size(), static_cast<std::size_t>(i + 1));
        }
      }
    }
    ASSERT_EQ(got.size(), 1000u);
    for (int i = 0; i < 1000; ++i) EXPECT_EQ(got[static_cast<std::size_t>(i)], 2 * i);
    EXPECT_LE(made, static_cast<int>(jobs));
    EXPECT_LE(most, static_cast<int>(jobs));
  }
}

TEST(OrderedBlocks, ThatAreNotFinishedAreDropped) {
  std::atomic<int> worked = 0;
  int got = 0;
  {
    OrderedBlocks<Number> blocks(
        2, [&] { return [&](Number&) { ++worked; }; }, [&](Number&) { ++got; });
    for (int i = 0; i < 3; ++i) {
      blocks.next();
      blocks.submit();
    }
  }
  EXPECT_EQ(got, 0);
  EXPECT_LE(worked, 3);
}

TEST(OrderedBlocks, ThrowInTheThreadOfTheCaller) {
  for (const std::size_t jobs : {1u, 3u}) {
    const auto fill = [&] {
      OrderedBlocks<Number> blocks(
          jobs,
          [] {
            return [](Number& block) {
              if (block.in == 20) throw std::runtime_error("twenty");
            };
          },
          [](Number&) {});
      for (int i = 0; i < 100; ++i) {
        blocks.next().in = i;
        blocks.submit();
      }
      blocks.finish();
    };
    EXPECT_THROW(fill(), std::runtime_error) << jobs;
  }
}

}  // namespace
}  // namespace tally::cli
