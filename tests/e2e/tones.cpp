// Tones in A-law: writes them for callers to send, and finds them in recordings.
//
//   tones write FILE HZ SECONDS     a tone, 8,000 samples a second, without a header
//   tones find PCAP HZ...           which of these tones each stream of a recording has
//   tones hear FILE HZ...           which of these tones a file without a header has: "440 Hz"
//
// `find` prints one line per stream, by source port: "440 Hz, 98 packets". A stream with none of
// the tones is "other". For a recording without audio it prints nothing, and exits with 1. Streams
// are distinguished by their ports, because a sender may give all its streams one SSRC.
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <map>
#include <numbers>
#include <string>
#include <vector>

namespace {

constexpr double rate = 8000;

// ITU-T G.711: 8 bits, sign, exponent, mantissa, every other bit inverted.
std::uint8_t to_alaw(int sample) {
  const std::uint8_t sign = sample >= 0 ? 0x80 : 0;
  int magnitude = (sample >= 0 ? sample : -sample - 1) >> 4;
  int exponent = 0;
  while (magnitude > 31) {
    magnitude >>= 1;
    ++exponent;
  }
  const int bits = magnitude > 15 ? (exponent + 1) << 4 | (magnitude - 16) : magnitude;
  return static_cast<std::uint8_t>((bits | sign) ^ 0x55);
}

double from_alaw(std::uint8_t code) {
  code ^= 0x55;
  const int exponent = code >> 4 & 7, mantissa = code & 15;
  const int magnitude = exponent == 0 ? (mantissa << 4) + 8 : ((mantissa << 4) + 264) << (exponent - 1);
  return code & 0x80 ? magnitude : -magnitude;
}

// The share of a signal's energy that lies at a frequency (Goertzel 1958). It is measured in
// stretches of a tenth of a second, so that lost packets do not matter.
double share(const std::vector<double>& signal, double hertz) {
  const std::size_t stretch = 800;
  double at = 0, all = 0;
  for (std::size_t begin = 0; begin + stretch <= signal.size(); begin += stretch) {
    const double turn = 2 * std::numbers::pi * hertz / rate;
    double before = 0, last = 0;
    for (std::size_t i = begin; i < begin + stretch; ++i) {
      const double next = signal[i] + 2 * std::cos(turn) * last - before;
      before = last;
      last = next;
      all += signal[i] * signal[i];
    }
    at += 2.0 / stretch * (last * last + before * before - 2 * std::cos(turn) * last * before);
  }
  return all > 0 ? at / all : 0;
}

int write_tone(const std::string& file, double hertz, double seconds) {
  std::ofstream out(file, std::ios::binary);
  for (int i = 0; i < static_cast<int>(seconds * rate); ++i)
    out.put(static_cast<char>(to_alaw(static_cast<int>(12000 * std::sin(2 * std::numbers::pi * hertz * i / rate)))));
  return out.flush() ? 0 : 2;
}

struct Stream {
  std::size_t packets = 0;
  std::vector<double> samples;
};

std::uint32_t little(const std::vector<std::uint8_t>& bytes, std::size_t at) {
  return bytes[at] | bytes[at + 1] << 8 | bytes[at + 2] << 16 | static_cast<std::uint32_t>(bytes[at + 3]) << 24;
}
unsigned big(const std::vector<std::uint8_t>& bytes, std::size_t at) { return bytes[at] << 8 | bytes[at + 1]; }

// RTP (RFC 3550) of payload type 8 in UDP, IPv4, Ethernet, by source port.
std::map<unsigned, Stream> streams_of(const std::vector<std::uint8_t>& pcap) {
  std::map<unsigned, Stream> streams;
  constexpr std::size_t ethernet = 14, udp = 8, rtp = 12;
  std::size_t next = 0;
  for (std::size_t at = 24; at + 16 <= pcap.size(); at = next) {
    const std::size_t begin = at + 16, end = begin + little(pcap, at + 8);
    next = end;
    if (end > pcap.size() || end < begin + ethernet + 20) break;
    if (big(pcap, begin + 12) != 0x0800 || pcap[begin + ethernet + 9] != 17) continue;
    const std::size_t ip = begin + ethernet, datagram = ip + (pcap[ip] & 15) * std::size_t{4};
    const std::size_t packet = datagram + udp;
    if (packet + rtp > end || pcap[packet] >> 6 != 2 || (pcap[packet + 1] & 127) != 8) continue;
    Stream& stream = streams[big(pcap, datagram)];
    ++stream.packets;
    for (std::size_t i = packet + rtp + (pcap[packet] & 15) * std::size_t{4}; i < end; ++i)
      stream.samples.push_back(from_alaw(pcap[i]));
  }
  return streams;
}

std::vector<std::uint8_t> bytes_of(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) {
    std::fprintf(stderr, "tones: cannot read `%s`\n", file.c_str());
    std::exit(2);
  }
  return {std::istreambuf_iterator<char>(in), {}};
}

std::string tone_of(const std::vector<double>& signal, const std::vector<std::string>& tones) {
  std::string found = "other";
  for (const std::string& hertz : tones)
    if (share(signal, std::atof(hertz.c_str())) > 0.9) found = hertz + " Hz";
  return found;
}

int find_tones(const std::string& file, const std::vector<std::string>& tones) {
  const auto streams = streams_of(bytes_of(file));
  for (const auto& [port, stream] : streams)
    std::printf("%s, %zu packets\n", tone_of(stream.samples, tones).c_str(), stream.packets);
  return streams.empty() ? 1 : 0;
}

int hear_tones(const std::string& file, const std::vector<std::string>& tones) {
  std::vector<double> signal;
  for (const std::uint8_t code : bytes_of(file)) signal.push_back(from_alaw(code));
  std::printf("%s\n", tone_of(signal, tones).c_str());
  return signal.empty() ? 1 : 0;
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  if (arguments.size() == 4 && arguments[0] == "write")
    return write_tone(arguments[1], std::atof(arguments[2].c_str()), std::atof(arguments[3].c_str()));
  if (arguments.size() >= 3 && arguments[0] == "find")
    return find_tones(arguments[1], {arguments.begin() + 2, arguments.end()});
  if (arguments.size() >= 3 && arguments[0] == "hear")
    return hear_tones(arguments[1], {arguments.begin() + 2, arguments.end()});
  std::fprintf(stderr, "usage: tones write FILE HZ SECONDS | tones find PCAP HZ... | tones hear FILE HZ...\n");
  return 2;
}
