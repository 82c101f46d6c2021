// SPDX-License-Identifier: Apache-2.0
#include "gateway/audit/venue_export.h"

#include "schemas/strict_json.h"

namespace clawgate::audit {
namespace {

constexpr std::size_t kExportBytesMax = std::size_t{256} << 20U;

/// Reads the members of one object; the first that is wrong is kept and ends the reading.
class Members {
 public:
  Members(const Json& object, std::string pointer) : object_(object), pointer_(std::move(pointer)) {
    if (!object.is(Json::Kind::Object)) {
      error_ = Error{Reason::FieldType, pointer_, "not an object"};
    }
  }

  void text(std::string_view name, std::string& into) {
    const Json* const value = find(name);
    if (value == nullptr) return;
    const bool whole = value->is(Json::Kind::Number) &&
                       value->text.find_first_not_of("0123456789") == std::string::npos;
    if (!value->is(Json::Kind::String) && !whole) return wrong(name, Reason::FieldType, *value);
    into = value->text;
  }
  template <class Tag>
  void decimal(std::string_view name, Decimal<Tag>& into) {
    const Json* const value = find(name);
    if (value == nullptr) return;
    if (!value->is(Json::Kind::String) && !value->is(Json::Kind::Number)) {
      return wrong(name, Reason::FieldType, *value);
    }
    const RawDecimal parsed = parse_decimal(value->text);
    if (parsed.error != DecimalError::None) return wrong(name, Reason::FieldValue, *value);
    if (parsed.raw < 0) return wrong(name, Reason::FieldOutOfRange, *value);
    into = Decimal<Tag>::from_raw(parsed.raw);
  }

  [[nodiscard]] const std::optional<Error>& error() const { return error_; }

 private:
  const Json* find(std::string_view name) {
    if (error_) return nullptr;
    const Json* const value = object_.find(name);
    if (value == nullptr) error_ = Error{Reason::FieldMissing, json_pointer(pointer_, name), ""};
    return value;
  }
  void wrong(std::string_view name, Reason reason, const Json& value) {
    error_ = Error{reason, json_pointer(pointer_, name), printable(value.text)};
  }

  const Json& object_;
  std::string pointer_;
  std::optional<Error> error_;
};

Result<VenueExport::Order> read_order(const Json& object, const std::string& pointer) {
  Members members(object, pointer);
  VenueExport::Order order;
  members.text("client_order_id", order.client_order_id);
  members.text("order_id", order.order_id);
  members.text("symbol", order.symbol);
  members.text("side", order.side);
  members.text("type", order.type);
  members.decimal("orig_qty", order.orig_qty);
  members.decimal("executed_qty", order.executed_qty);
  members.decimal("price", order.price);
  members.decimal("stop_price", order.stop_price);
  members.text("time_in_force", order.time_in_force);
  members.text("status", order.status);
  if (members.error()) return *members.error();
  return order;
}

Result<VenueExport::Trade> read_trade(const Json& object, const std::string& pointer) {
  Members members(object, pointer);
  VenueExport::Trade trade;
  members.text("order_id", trade.order_id);
  members.text("trade_id", trade.trade_id);
  members.text("symbol", trade.symbol);
  members.decimal("price", trade.price);
  members.decimal("qty", trade.qty);
  members.decimal("commission", trade.commission);
  members.text("commission_asset", trade.commission_asset);
  if (members.error()) return *members.error();
  return trade;
}

template <class Row>
std::optional<Error> read_list(const Json& root, std::string_view name,
                               Result<Row> (*read)(const Json&, const std::string&),
                               std::vector<Row>& into) {
  const std::string pointer = json_pointer("", name);
  const Json* const list = root.find(name);
  if (list == nullptr) return Error{Reason::FieldMissing, pointer, ""};
  if (!list->is(Json::Kind::Array)) return Error{Reason::FieldType, pointer, "not an array"};
  for (std::size_t i = 0; i < list->items.size(); ++i) {
    auto row = read(list->items[i], json_pointer(pointer, std::to_string(i)));
    if (!row) return row.error();
    into.push_back(std::move(*row));
  }
  return std::nullopt;
}

}  // namespace

Result<VenueExport> read_venue_export(std::string_view json) {
  const auto root = read_json(json, {.bytes_max = kExportBytesMax});
  if (!root) return root.error();
  VenueExport venue;
  if (const auto error = read_list(*root, "orders", &read_order, venue.orders)) return *error;
  if (const auto error = read_list(*root, "trades", &read_trade, venue.trades)) return *error;
  return venue;
}

}  // namespace clawgate::audit
