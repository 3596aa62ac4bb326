// Reads the zone files of the system (RFC 8536, version 2 and later).
#include "lib/starlark/modules/zone.h"

#include <algorithm>
#include <fstream>
#include <iterator>

namespace hawser::starlark {

namespace {

/// Numbers of a file in network order; reading past the end yields zeros.
class Reader {
 public:
  explicit Reader(std::string_view file) : file_(file) {}

  uint64_t Read(size_t bytes) {
    uint64_t value = 0;
    for (; bytes > 0; --bytes) {
      value = (value << 8) | (at_ < file_.size() ? static_cast<unsigned char>(file_[at_]) : 0);
      ++at_;
    }
    return value;
  }
  void Skip(size_t bytes) { at_ += bytes; }
  bool ok() const { return at_ <= file_.size(); }
  std::string_view rest() const { return file_.substr(std::min(at_, file_.size())); }

 private:
  std::string_view file_;
  size_t at_ = 0;
};

/// The counts in a header.
struct Header {
  explicit Header(Reader& reader) {
    reader.Skip(20);
    is_utc = reader.Read(4);
    is_standard = reader.Read(4);
    leaps = reader.Read(4);
    times = reader.Read(4);
    types = reader.Read(4);
    characters = reader.Read(4);
  }
  size_t BodySize(size_t time_size) const {
    return times * (time_size + 1) + types * 6 + characters + leaps * (time_size + 4) +
           is_standard + is_utc;
  }
  uint64_t is_utc, is_standard, leaps, times, types, characters;
};

}  // namespace

std::shared_ptr<const Zone> Zone::Utc() {
  static const std::shared_ptr<const Zone> utc = [] {
    auto zone = std::make_shared<Zone>();
    zone->name_ = "UTC";
    return zone;
  }();
  return utc;
}

std::shared_ptr<const Zone> Zone::Fixed(int32_t seconds) {
  if (seconds == 0) return Utc();
  auto zone = std::make_shared<Zone>();
  zone->offsets_[0] = {.seconds = seconds, .name = ""};
  return zone;
}

std::shared_ptr<const Zone> Zone::Load(std::string_view name) {
  constexpr size_t kLongestName = 100;
  if (name.empty() || name == "UTC") return Utc();
  const bool safe =
      name.size() < kLongestName && name[0] != '/' && name.find("..") == std::string_view::npos;
  if (!safe) return nullptr;
  std::ifstream file("/usr/share/zoneinfo/" + std::string(name), std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  auto zone = std::make_shared<Zone>();
  zone->name_ = name;
  return zone->Parse(text) ? zone : nullptr;
}

bool Zone::Parse(std::string_view file) {
  constexpr uint64_t kMostCount = 100'000;
  if (!file.starts_with("TZif") || file.size() < 5 || file[4] < '2') return false;
  Reader reader(file);
  reader.Skip(Header(reader).BodySize(4));
  if (!reader.rest().starts_with("TZif")) return false;
  const Header header(reader);
  if (header.times > kMostCount || header.types > UINT8_MAX + 1 || header.types == 0) return false;
  for (uint64_t i = 0; i < header.times; ++i)
    changes_.push_back(static_cast<int64_t>(reader.Read(8)));
  for (uint64_t i = 0; i < header.times; ++i) which_.push_back(reader.Read(1));
  offsets_.resize(header.types);
  std::vector<size_t> names;
  for (Offset& offset : offsets_) {
    offset.seconds = static_cast<int32_t>(static_cast<uint32_t>(reader.Read(4)));
    reader.Skip(1);
    names.push_back(reader.Read(1));
  }
  const std::string_view characters = reader.rest().substr(0, header.characters);
  for (size_t i = 0; i < offsets_.size(); ++i) {
    if (names[i] >= characters.size()) return false;
    const std::string_view name = characters.substr(names[i]);
    offsets_[i].name = name.substr(0, name.find('\0'));
  }
  const bool in_range =
      std::all_of(which_.begin(), which_.end(), [&](size_t w) { return w < offsets_.size(); });
  return reader.ok() && in_range && std::is_sorted(changes_.begin(), changes_.end());
}

const Zone::Offset& Zone::At(int64_t unix) const {
  const auto after = std::upper_bound(changes_.begin(), changes_.end(), unix);
  if (after == changes_.begin()) return offsets_[0];
  return offsets_[which_[static_cast<size_t>(after - changes_.begin()) - 1]];
}

int64_t Zone::FromLocal(int64_t local) const {
  const int64_t guess = local - At(local).seconds;
  return local - At(guess).seconds;
}

}  // namespace hawser::starlark
