// Starting, stepping and ending loops over each type.
#include "lib/starlark/value/iterate.h"

#include "lib/base/utf8.h"
#include "lib/starlark/value/make.h"
#include "lib/starlark/value/numbers.h"

namespace hawser::starlark {

namespace {

/// Counts a loop in or out; a frozen value needs no protection, and other threads may read it.
void CountLoop(Iterator* iterator, int by) {
  Object* source = iterator->source;
  if (source == nullptr || source->frozen) return;
  if (iterator->source_type == Type::kList) {
    static_cast<List*>(source)->iterators += static_cast<uint32_t>(by);
  } else if (iterator->source_type == Type::kDict || iterator->source_type == Type::kSet) {
    static_cast<Dict*>(source)->iterators += static_cast<uint32_t>(by);
  }
}

Value NextKey(Iterator* iterator) {
  const HashTable& table = static_cast<Dict*>(iterator->source)->table;
  while (iterator->next < table.end()) {
    const Value key = table.at(iterator->next++).key;
    if (key.has_value()) return key;
  }
  return Value();
}

Value NextOfView(Context& context, Iterator* iterator) {
  const View* view = static_cast<View*>(iterator->source);
  const std::string_view text = view->text->view().substr(iterator->next);
  if (text.empty()) return Value();
  const bool by_codepoint =
      view->kind == View::Kind::kCodepoints || view->kind == View::Kind::kCodepointOrds;
  const Codepoint point = by_codepoint ? DecodeUtf8(text) : Codepoint{};
  const uint32_t length = by_codepoint ? point.length : 1;
  iterator->next += length;
  switch (view->kind) {
    case View::Kind::kElems:
    case View::Kind::kCodepoints:
      return Substring(context.heap(), view->text, text.substr(0, length));
    case View::Kind::kCodepointOrds:
      return Value::SmallInt(point.value);
    default:
      return Value::SmallInt(static_cast<unsigned char>(text[0]));
  }
}

}  // namespace

bool IsIterable(Value value) {
  switch (value.type()) {
    case Type::kList:
    case Type::kTuple:
    case Type::kDict:
    case Type::kSet:
    case Type::kRange:
    case Type::kView:
      return true;
    case Type::kHost:
      return HostOf(value).Iterate() != nullptr;
    default:
      return false;
  }
}

int64_t LengthOf(Value value) {
  switch (value.type()) {
    case Type::kString:
    case Type::kBytes:
      return static_cast<int64_t>(value.as<String>()->size);
    case Type::kList:
      return value.as<List>()->size;
    case Type::kTuple:
      return value.as<Tuple>()->size;
    case Type::kDict:
    case Type::kSet:
      return value.as<Dict>()->table.size();
    case Type::kRange:
      return value.as<Range>()->size;
    case Type::kView: {
      const View* view = value.as<View>();
      const bool bytes =
          view->kind != View::Kind::kCodepoints && view->kind != View::Kind::kCodepointOrds;
      return bytes ? static_cast<int64_t>(view->text->size) : -1;
    }
    default:
      return -1;
  }
}

bool StartIteration(Value iterable, Iterator* iterator) {
  iterator->source_type = iterable.type();
  iterator->source = nullptr;
  iterator->next = 0;
  switch (iterator->source_type) {
    case Type::kList:
    case Type::kTuple:
    case Type::kDict:
    case Type::kSet:
    case Type::kView:
      iterator->source = iterable.object();
      CountLoop(iterator, 1);
      return true;
    case Type::kRange: {
      const Range* range = iterable.as<Range>();
      iterator->value = range->start;
      iterator->left = range->size;
      iterator->source = iterable.object();
      return true;
    }
    case Type::kHost:
      iterator->host = HostOf(iterable).Iterate().release();
      return iterator->host != nullptr;
    default:
      return false;
  }
}

Value NextElement(Context& context, Iterator* iterator) {
  switch (iterator->source_type) {
    case Type::kList: {
      const List* list = static_cast<List*>(iterator->source);
      return iterator->next < list->size ? list->items[iterator->next++] : Value();
    }
    case Type::kTuple: {
      const Tuple* tuple = static_cast<Tuple*>(iterator->source);
      return iterator->next < tuple->size ? tuple->items[iterator->next++] : Value();
    }
    case Type::kDict:
    case Type::kSet:
      return NextKey(iterator);
    case Type::kRange: {
      if (iterator->left == 0) return Value();
      --iterator->left;
      const Value element = Value::SmallInt(iterator->value);
      iterator->value += static_cast<Range*>(iterator->source)->step;
      return element;
    }
    case Type::kView:
      return NextOfView(context, iterator);
    default:
      return iterator->host->Next(context);
  }
}

void EndIteration(Iterator* iterator) {
  CountLoop(iterator, -1);
  delete iterator->host;
  iterator->host = nullptr;
}

}  // namespace hawser::starlark
