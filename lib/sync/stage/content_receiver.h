// Turns the Data of a batch into verified content in the store.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "lib/base/status.h"
#include "lib/sync/store/content_store.h"
#include "lib/wire/messages.h"

namespace hawser::sync {

/// Decodes one stream of Data: a patch, a whole file, or the bundle.
class ContentDecoder {
 public:
  virtual ~ContentDecoder() = default;
  /// data_loss when the bytes can't be decoded; resource_exhausted when the disk is full.
  virtual Status Write(std::string_view piece) = 0;
  /// The stream is whole. Appends the changes whose content did not match to `missing`.
  virtual Status Finish(std::vector<uint32_t>& missing) = 0;
  /// The first change that this stream is to bring and did not yet.
  virtual uint32_t next() const = 0;
};

/// Receives a batch's content in the order the protocol fixes: patches and whole files in the order
/// of their changes, then the bundle. One batch, one thread.
class ContentReceiver {
 public:
  /// `changes` (all of the batch) and `store` must outlive the receiver.
  ContentReceiver(const std::vector<wire::Change>& changes, ContentStore& store);

  /// invalid_argument when this is not the Data that comes next; else as ContentDecoder.
  Status OnData(const wire::Data& data);
  /// Content of all changes before this one arrived. 0 until the bundle comes: patches and whole
  /// files go before it.
  uint32_t ready() const;
  /// True when every expected Data arrived.
  bool complete() const { return next_ == streams_.size(); }
  /// Changes whose content is not in the store although everything arrived, in order.
  std::vector<uint32_t> Missing() const;

 private:
  std::unique_ptr<ContentDecoder> MakeDecoder(uint32_t stream);

  const std::vector<wire::Change>& changes_;
  ContentStore& store_;
  std::vector<uint32_t> streams_;  ///< `change` of the Data to come, in order
  std::vector<uint32_t> bundled_;
  size_t next_ = 0;
  std::unique_ptr<ContentDecoder> decoder_;
  std::vector<uint32_t> missing_;
};

}  // namespace hawser::sync
