// Which categories have stock in which zones.
#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "cloudapi/admin/admin.h"
#include "cloudapi/admin/answers.h"
#include "cloudapi/gateway/kept_rows.h"

namespace cloudapi {

std::string FormatStock(const std::vector<StockChange>& changes) {
  JsonWriter json;
  json.BeginArray();
  for (const auto& change : changes) {
    json.BeginObject()
        .Field("ZoneId", change.zone)
        .Field("DiskCategory", change.category)
        .Field("InStock", change.in_stock)
        .EndObject();
  }
  json.EndArray();
  return json.Take();
}

void RestoreStock(CatalogueHolder& catalogue, const std::string& text) {
  EachKeptRow(text, [&catalogue](const nlohmann::json& change) {
    Body body(change.dump());
    const std::string zone = body.Text("ZoneId", true);
    const std::string category = body.Text("DiskCategory", true);
    const bool in_stock = body.Boolean("InStock");
    // A zone or category that this version's catalogue lacks has no stock to be set.
    if (body.error().empty()) catalogue.SetStock(zone, category, in_stock);
  });
}

HttpResponse Admin::ShowZones(const HttpRequest&) {
  const auto catalogue = deps_.catalogue.Get();
  JsonWriter json;
  json.BeginObject().Key("zones").BeginArray();
  for (const auto& region : catalogue->regions)
    for (const auto& zone : region.zones) {
      json.BeginObject().Field("RegionId", region.id).Field("ZoneId", zone.id);
      json.Key("DiskCategories").BeginObject();
      for (const auto& offer : zone.offers) json.Field(offer.category, offer.in_stock);
      json.EndObject().EndObject();
    }
  json.EndArray().EndObject();
  return JsonAnswer(json.Take());
}

std::optional<ApiError> Admin::KeepStock() {
  const auto kept = deps_.store.Write("", [this](Tx& tx) -> Result<void> {
    tx.SetMeta(kStockMeta, FormatStock(deps_.catalogue.Changes()));
    return {};
  });
  if (kept) return std::nullopt;
  return kept.error();
}

void Admin::ForgetStock() {
  const absl::MutexLock lock(&stock_mutex_);
  deps_.catalogue.Restore();
  const auto failure = KeepStock();
  if (failure) spdlog::error("the stock of before will be back at a restart: {}", failure->message);
}

HttpResponse Admin::SetStock(const HttpRequest& request) {
  Body body(request.body);
  const std::string zone = body.Text("ZoneId", true);
  const std::string category = body.Text("DiskCategory", true);
  const bool in_stock = body.Boolean("InStock");
  if (!body.error().empty()) return RefusalAnswer(400, body.error());
  {
    const absl::MutexLock lock(&stock_mutex_);
    if (!deps_.catalogue.SetStock(zone, category, in_stock))
      return RefusalAnswer(404, fmt::format("{} does not offer {}.", zone, category));
    if (const auto failure = KeepStock())
      return RefusalAnswer(failure->http_status, failure->message);
  }
  JsonWriter json;
  json.BeginObject()
      .Field("ZoneId", zone)
      .Field("DiskCategory", category)
      .Field("InStock", in_stock)
      .EndObject();
  return JsonAnswer(json.Take());
}

}  // namespace cloudapi
