// The layout: dense, field-major in maps, otherwise in the order of declaration.
#include "compiler/graph/input_layout.h"

#include <gtest/gtest.h>

#include <functional>

namespace tally {
namespace {

TypeRef enumeration(std::vector<std::string> names) {
  Type type;
  type.kind = Type::Kind::enumeration;
  for (auto& name : names) type.values.push_back({name, name, true});
  return std::make_shared<const Type>(type);
}

TypeRef record(std::vector<std::pair<std::string, TypeRef>> fields, bool optional = false) {
  Type type;
  type.kind = Type::Kind::record;
  type.optional = optional;
  for (auto& [name, own] : fields) type.fields.push_back({name, own, "/" + name, {}, {}, {}});
  return std::make_shared<const Type>(type);
}

TypeRef map(TypeRef element, std::vector<TypeRef> indices, bool optional = false) {
  Type type;
  type.kind = Type::Kind::map;
  type.optional = optional;
  type.element = std::move(element);
  type.indices = std::move(indices);
  return std::make_shared<const Type>(type);
}

// Adds the elements of an input; children come after their parents.
void add_input(Model& model, const std::string& name, const TypeRef& type) {
  const InputId input{static_cast<std::uint32_t>(model.inputs.size())};
  std::function<ElementId(std::optional<ElementId>, const TypeRef&, const std::string&)> add =
      [&](std::optional<ElementId> parent, const TypeRef& own, const std::string& at) {
        const ElementId id{static_cast<std::uint32_t>(model.elements.size())};
        Element element;
        element.input = input;
        element.parent = parent;
        element.type = own;
        element.name = at;
        model.elements.push_back(element);
        std::vector<ElementId> children;
        for (const Field& field : own->fields) children.push_back(add(id, field.type, at + "." + field.name));
        if (own->kind == Type::Kind::map) {
          for (std::size_t cell = 0; cell < cell_count(*own); ++cell) {
            std::string label;
            const auto values = cell_values(*own, cell);
            for (std::size_t i = 0; i < values.size(); ++i) {
              label += (i ? ", " : "") + own->indices[i]->values[values[i]].name;
            }
            children.push_back(add(id, own->element, at + "[" + label + "]"));
          }
        }
        model.elements[id.value].children = children;
        return id;
      };
  const ElementId root = add(std::nullopt, type, name);
  model.inputs.push_back({name, type, root, {}, {}});
}

std::set<ElementId> codes(const Model& model) {
  std::set<ElementId> all;
  for (std::uint32_t i = 0; i < model.elements.size(); ++i) {
    if (model.elements[i].has_code()) all.insert({i});
  }
  return all;
}

std::vector<std::string> names(const Model& model, const InputLayout& layout) {
  std::vector<std::string> result;
  for (ElementId element : layout.order()) result.push_back(model.at(element).name);
  return result;
}

TEST(InputLayout, OneMemberOfAllCellsIsContiguous) {
  Model model;
  const TypeRef settings = record({{"enabled", flag_type()}, {"url", text_type()}}, true);
  add_input(model, "source", enumeration({"onnet", "offnet"}));
  add_input(model, "account", map(settings, {enumeration({"in", "out"}), enumeration({"on", "off"})}, true));
  const InputLayout layout(model, codes(model));
  EXPECT_EQ(names(model, layout),
            (std::vector<std::string>{"source", "account", "account[in, on]", "account[in, off]", "account[out, on]",
                                      "account[out, off]", "account[in, on].enabled", "account[in, off].enabled",
                                      "account[out, on].enabled", "account[out, off].enabled", "account[in, on].url",
                                      "account[in, off].url", "account[out, on].url", "account[out, off].url"}));
}

TEST(InputLayout, NestedMapsAreFieldMajorToo) {
  Model model;
  const TypeRef e = enumeration({"p", "q"});
  add_input(model, "m", map(record({{"a", flag_type()}, {"inner", map(record({{"b", flag_type()}}), {e})}}), {e}));
  const InputLayout layout(model, codes(model));
  EXPECT_EQ(names(model, layout), (std::vector<std::string>{"m[p].a", "m[q].a", "m[p].inner[p].b", "m[p].inner[q].b",
                                                            "m[q].inner[p].b", "m[q].inner[q].b"}));
}

TEST(InputLayout, OffsetsAreDenseAndOnlyForElementsThatAreRead) {
  Model model;
  add_input(model, "a", flag_type());
  add_input(model, "r", record({{"x", flag_type()}, {"y", flag_type()}}, true));
  add_input(model, "b", flag_type());
  // a = 0, r = 1, r.x = 2, r.y = 3, b = 4
  const InputLayout layout(model, {{4}, {3}, {1}});
  EXPECT_EQ(layout.size(), 3u);
  EXPECT_EQ(names(model, layout), (std::vector<std::string>{"r", "r.y", "b"}));
  EXPECT_EQ(layout.offset({1}), 0u);
  EXPECT_EQ(layout.offset({3}), 1u);
  EXPECT_EQ(layout.offset({4}), 2u);
  EXPECT_EQ(layout.offset({0}), std::nullopt);
  EXPECT_EQ(layout.offset({2}), std::nullopt);
}

TEST(InputLayout, NothingReadIsEmpty) {
  Model model;
  add_input(model, "a", flag_type());
  EXPECT_EQ(InputLayout(model, {}).size(), 0u);
}

}  // namespace
}  // namespace tally
