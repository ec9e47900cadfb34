#include "tests/support/document_shapes.h"

namespace tally::testing {

const std::vector<DocumentShape>& document_shapes() {
  static const std::vector<DocumentShape> all = {
      // A document behind two keys, with a default, an inner object, and other keys.
      {R"(
input s : onnet | offnet
input b : flag?
type inner = { w : flag?, ... }
type doc = { x : flag?, y : flag?, z : flag = on, r : inner?, ... }
input a : doc? at /u/cr
)",
       {"a"},
       {"s is onnet", "b is on", "b is unset", "a.x is on", "a.x is not on", "a.x is unset", "a.z is on", "a.z is off",
        "a is set", "a is unset", "a.r is set", "a.r is unset", "a.r.w is on", "a.r.w is not on", "(a.x else b) is on"},
       {"a", "a.x", "a.z", "a.r", "a.r.w"}},
      // Members that an object must have, and two kinds at one place.
      {R"(
input s : onnet | offnet
type cell = { id : p | q, x : flag?, k : number? at /k if number, m : flag? at /k if boolean, ... }
input a : { u : cell?, v : flag?, ... } at /a
)",
       {"a"},
       {"s is onnet", "a.u.id is q", "a.u.x is on", "a.u.x is not on", "a.u.k is set", "a.u.m is on", "a.u.m is off",
        "a.u is set", "a.u is unset", "a.v is on", "a.v is unset"},
       {"a", "a.u", "a.u.x", "a.v", "a.u.m", "a.u.id"}},
      // Sets: open, optional; with a default.
      {R"(
input s : onnet | offnet
type codec = g729 | pcmu
input d : { codecs : [codec, ...]?, hold : [codec] = (pcmu,), f : flag?, ... } at /d
)",
       {"d"},
       {"s is onnet", "g729 in d.codecs", "pcmu in d.codecs", "d.codecs is set", "d.codecs is unset",
        "d.codecs is empty", "g729 in d.hold", "pcmu in d.hold", "d.f is on", "not (g729 in d.codecs)"},
       {"d", "d.codecs", "d.hold", "d.f"}},
      // Objects in objects, members that they must have, and at one place a text that nothing asks for.
      {R"(
input s : onnet | offnet
type inmost = { id : p | q, k : flag? at /k if boolean, t : text? at /k if string }
type middle = { one : inmost?, two : inmost?, must : { e : flag? }, ... }
input a : { m : middle?, ... }? at /d
)",
       {"a"},
       {"s is onnet", "a.m.one is set", "a.m.one is unset", "a.m.one.k is on", "a.m.one.k is not on", "a.m is set",
        "a.m is unset", "a.m.two.k is on", "a.m.two.id is q", "a.m.must.e is on", "a.m.must.e is unset", "a is set"},
       {"a", "a.m.one", "a.m.two", "a.m", "a.m.one.k", "a.m.must"}},
      // A map, of which the cells may be absent.
      {R"(
type net = onnet | offnet
input s : net
input f : flag = off
input m : { on-it : flag?, mode : (lo | mid)? }?[net] at /d/m
)",
       {"m"},
       {"s is onnet", "f is on", "m[s].on-it is on", "m[onnet].on-it is on", "m[offnet].on-it is not on",
        "m[offnet] is set", "m[onnet] is unset", "m[onnet].mode is mid", "m[offnet].mode in (lo, mid)",
        "m[offnet].mode is unset"},
       {"m", "m[offnet].on-it", "m[onnet]"}},
      // Numbers that are compared with each other, and with a fact.
      {R"(
input n : (0..9)?
input a : { lo : (0..9)?, hi : 0..9 = 5, ... }? at /d
)",
       {"a"},
       {"a.lo < a.hi", "a.lo is a.hi", "a.lo > a.hi", "n < a.lo", "n >= a.hi", "a.lo is set", "a is set", "a.hi < 3",
        "a.lo is unset", "n is unset"},
       {"a", "a.lo", "a.hi"},
       {},
       false},
      // A document of a party, which is there because its document is.
      {R"(
input s : onnet | offnet
type doc = { x : flag?, y : (p | q)?, ... }
input c : { t : flag, d : doc? at /d/x, ... }?
)",
       {"c.d"},
       {"s is onnet", "c is set", "c is unset", "c.t is on", "c.d is set", "c.d.x is on", "c.d.x is not on",
        "c.d.y is q", "c.d.y is unset", "c.d is unset"},
       {"c.d", "c.d.x"}},
      // Two documents.
      {R"(
input s : onnet | offnet
type doc = { x : flag?, z : flag = on, ... }
input a : doc? at /u/cr
input b : doc? at /w/cr
)",
       {"a", "b"},
       {"s is onnet", "a.x is on", "b.x is on", "(a.x else b.x) is on", "(a.x else b.x) is off", "a.z is on",
        "b.z is off", "a is set", "b is unset"},
       {"a", "b", "a.x", "b.z"}},
      // One document in two places.
      {R"(
input s : onnet | offnet
type doc = { x : flag?, z : flag = on, r : { w : flag? }?, ... }
input a : doc? at /u/cr
input b : doc? at /w/cr
)",
       {"b"},
       {"s is onnet", "a.x is on", "b.x is on", "(a.x else b.x) is off", "a.z is on", "b.z is off", "a is set",
        "b is unset", "a.r.w is on", "b.r is set"},
       {"b", "b.x", "b.r"},
       std::pair<std::string, std::string>("a", "b")},
      // One document in two places, where its numbers are compared.
      {R"(
input f : flag
type doc = { n : (0..9)?, m : (0..9)?, ... }
input a : doc? at /u/cr
input b : doc? at /w/cr
)",
       {"b"},
       {"f is on", "a.n < a.m", "a.n is a.m", "b.n > b.m", "b.n >= 5", "b.n in 3..6", "a.m < 7", "b.m is set",
        "a.n is set", "b.n <= a.m"},
       {"b", "b.n", "b.m"},
       std::pair<std::string, std::string>("a", "b"),
       false},
  };
  return all;
}

}  // namespace tally::testing
