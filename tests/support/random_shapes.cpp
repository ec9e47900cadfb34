#include "tests/support/random_shapes.h"

#include <algorithm>

namespace tally::testing {

ShapeRef flag_shape() {
  auto shape = std::make_shared<Shape>();
  shape->values = {{"off", "off"}, {"on", "on"}};
  return shape;
}

ShapeRef text_shape() {
  auto shape = std::make_shared<Shape>();
  shape->kind = Shape::Kind::text;
  return shape;
}

ShapeRef number_shape(std::uint64_t low, std::uint64_t high) {
  auto shape = std::make_shared<Shape>();
  shape->kind = Shape::Kind::number;
  shape->low = low;
  shape->high = high;
  return shape;
}

ShapeRef optional_shape(const ShapeRef& shape, bool optional) {
  if (shape->optional == optional) return shape;
  auto copy = std::make_shared<Shape>(*shape);
  copy->optional = optional;
  return copy;
}

bool has_value(const Shape& shape, const std::string& written) {
  return std::any_of(shape.values.begin(), shape.values.end(),
                     [&](const ShapeValue& v) { return v.written == written; });
}

bool share_a_value(const Shape& a, const Shape& b) {
  return std::any_of(a.values.begin(), a.values.end(), [&](const ShapeValue& v) { return has_value(b, v.written); });
}

bool fits(const Shape& from, const Shape& to) {
  if (from.kind != to.kind || (from.optional && !to.optional)) return false;
  const auto within = [](const Shape& a, const Shape& b) {
    return std::all_of(a.values.begin(), a.values.end(), [&](const ShapeValue& v) { return has_value(b, v.written); });
  };
  switch (from.kind) {
    case Shape::Kind::flag:
    case Shape::Kind::text: return true;
    case Shape::Kind::choice: return within(from, to);
    case Shape::Kind::number: return to.low <= from.low && from.high <= to.high;
    case Shape::Kind::record: {
      const auto find = [](const Shape& record, const std::string& name) -> const Member* {
        for (const Member& m : record.members) {
          if (m.name == name) return &m;
        }
        return nullptr;
      };
      for (const Member& given : from.members) {
        const Member* wanted = find(to, given.name);
        if (!wanted || !fits(*given.shape, *wanted->shape)) return false;
      }
      return std::all_of(to.members.begin(), to.members.end(),
                         [&](const Member& wanted) { return wanted.shape->optional || find(from, wanted.name); });
    }
    case Shape::Kind::set: {
      const Shape &a = *from.indices.front(), &b = *to.indices.front();
      return a.kind == b.kind && within(a, b) && within(b, a);
    }
    case Shape::Kind::map: {
      if (from.indices.size() != to.indices.size()) return false;
      for (std::size_t i = 0; i < from.indices.size(); ++i) {
        const Shape &a = *from.indices[i], &b = *to.indices[i];
        if (a.kind != b.kind || !within(a, b) || !within(b, a)) return false;
      }
      return fits(*from.element, *to.element);
    }
  }
  return false;
}

bool same(const Shape& a, const Shape& b) { return definition(a) == definition(b); }

std::string definition(const Shape& shape) {
  std::string out;
  switch (shape.kind) {
    case Shape::Kind::flag: return "flag";
    case Shape::Kind::text: return "text";
    case Shape::Kind::number:
      if (shape.high == widest_number) return shape.low == 0 ? "number" : std::to_string(shape.low) + "..";
      return (shape.low == 0 ? "" : std::to_string(shape.low)) + ".." + std::to_string(shape.high);
    case Shape::Kind::choice:
      for (const ShapeValue& v : shape.values) out += (out.empty() ? "" : " | ") + v.declared;
      return out;
    case Shape::Kind::record:
      for (const Member& m : shape.members) {
        out += (out.empty() ? "" : ", ") + m.name + " : " + written(*m.shape, true) + m.place;
        if (!m.fallback.empty()) out += " = " + m.fallback;
      }
      if (shape.open) out += out.empty() ? "..." : ", ...";
      return "{ " + out + " }";
    case Shape::Kind::set: return "[" + written(*shape.indices.front()) + (shape.open ? ", ...]" : "]");
    case Shape::Kind::map:
      for (const ShapeRef& index : shape.indices) out += (out.empty() ? "" : ", ") + written(*index);
      return written(*shape.element, true) + "[" + out + "]";
  }
  return out;
}

std::string written(const Shape& shape, bool tight) {
  if (!shape.name.empty()) return shape.name + (shape.optional ? "?" : "");
  const bool loose =
      shape.kind == Shape::Kind::choice || shape.kind == Shape::Kind::number || shape.kind == Shape::Kind::map;
  std::string out = definition(shape);
  if (loose && (tight || shape.optional)) out = "(" + out + ")";
  return out + (shape.optional ? "?" : "");
}

}  // namespace tally::testing
