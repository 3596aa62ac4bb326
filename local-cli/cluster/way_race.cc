// One decision, made anew at each input.
#include "local-cli/cluster/way_race.h"

namespace hawser::cli {

WayRace::Advice WayRace::OnOpened(Way way, TimePoint now) {
  (way == Way::kDirect ? direct_ : api_server_) = State::kOpen;
  if (way == Way::kApiServer) take_at_ = now + options_.grace;
  return Decide(now);
}

WayRace::Advice WayRace::OnFailed(Way way, TimePoint now) {
  (way == Way::kDirect ? direct_ : api_server_) = State::kFailed;
  return Decide(now);
}

TimePoint WayRace::WakeAt() const {
  return api_server_ == State::kNotBegun ? dial_at_ : take_at_;
}

WayRace::Advice WayRace::Decide(TimePoint now) {
  if (direct_ == State::kOpen) return {.take = Way::kDirect};
  const bool alone = direct_ == State::kFailed;
  if (api_server_ == State::kNotBegun && (alone || now >= dial_at_)) {
    api_server_ = State::kUnderWay;
    return {.dial_api_server = true};
  }
  if (api_server_ == State::kOpen && (alone || now >= take_at_)) return {.take = Way::kApiServer};
  return {.give_up = alone && api_server_ == State::kFailed};
}

}  // namespace hawser::cli
