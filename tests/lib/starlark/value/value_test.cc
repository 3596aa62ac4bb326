// The forms of a value, and what lives in a heap.
#include "lib/starlark/value/value.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "lib/starlark/value/freeze.h"
#include "lib/starlark/value/make.h"
#include "lib/starlark/value/numbers.h"

namespace hawser::starlark {
namespace {

TEST(ValueTest, KeepsEveryIntAndFloatExactly) {
  Heap heap;
  for (const int64_t i : {int64_t{0}, int64_t{1}, int64_t{-1}, Value::kMaxSmall, Value::kMinSmall,
                          Value::kMaxSmall + 1, Value::kMinSmall - 1, INT64_MAX, INT64_MIN}) {
    const Value value = MakeInt(heap, i);
    EXPECT_EQ(value.IsSmallInt(), Value::FitsSmall(i)) << i;
    EXPECT_EQ(value.type(), Type::kInt);
    EXPECT_EQ(IntToInt64(value), i);
  }
  for (const double d :
       {0.0, -0.0, 1.0, -1.5, 1e-300, 1e300, 0x1p-255, 0x1p-256, 0x1.fffffffffffffp256, 0x1p257,
        5e-324, std::numeric_limits<double>::infinity()}) {
    const Value value = MakeFloat(heap, d);
    EXPECT_EQ(value.type(), Type::kFloat);
    EXPECT_EQ(std::bit_cast<uint64_t>(FloatOf(value)), std::bit_cast<uint64_t>(d)) << d;
  }
  EXPECT_TRUE(MakeFloat(heap, 1.5).IsInlineFloat());
  EXPECT_TRUE(std::isnan(FloatOf(MakeFloat(heap, std::nan("")))));
}

TEST(ValueTest, TellsConstantsApart) {
  EXPECT_EQ(Value::None().type(), Type::kNone);
  EXPECT_EQ(Value::Bool(true).type(), Type::kBool);
  EXPECT_NE(Value::Bool(true), Value::Bool(false));
  EXPECT_FALSE(Value().has_value());
}

TEST(HeapTest, ThrowsAtItsLimit) {
  Heap heap(size_t{1} << 16);
  EXPECT_THROW(heap.Allocate(size_t{1} << 17), OutOfMemory);
  EXPECT_THROW(heap.NewArray<Value>(SIZE_MAX / 2), OutOfMemory);
  EXPECT_THROW(
      {
        for (;;) heap.Allocate(100);
      },
      OutOfMemory);
  EXPECT_LE(heap.size(), size_t{1} << 16);
}

TEST(HeapTest, ReusesReleasedArrays) {
  Heap heap;
  auto* first = heap.NewArray<Value>(100);
  heap.ReleaseArray(first, 100);
  EXPECT_EQ(heap.NewArray<Value>(80), first) << "of the same power of two";
}

TEST(HeapTest, ExtendsTheLastTextInPlaceAndOthersNever) {
  Heap heap;
  const std::string text(200, 'a');
  const Value start = MakeString(heap, text);
  const Value grown = Concatenate(heap, start.as<String>(), "b");
  const Value longer = Concatenate(heap, grown.as<String>(), "c");
  EXPECT_EQ(grown.as<String>()->data, longer.as<String>()->data);
  const Value fork = Concatenate(heap, grown.as<String>(), "d");
  EXPECT_EQ(longer.as<String>()->view(), text + "bc");
  EXPECT_EQ(fork.as<String>()->view(), text + "bd");
}

TEST(FreezeTest, ReachesEverythingOnce) {
  Heap heap;
  List* inner = NewList(heap);
  List* outer = NewList(heap);
  Append(heap, outer, Value::Of(inner));
  Append(heap, inner, Value::Of(outer));
  Freeze(Value::Of(outer));
  EXPECT_TRUE(inner->frozen && outer->frozen);
}

}  // namespace
}  // namespace hawser::starlark
