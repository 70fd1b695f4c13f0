import Exchange
import Providers
import Testing

@testable import Prices

/// The built-in tables: that each row is one a provider could have published.
@Suite struct PriceListTests {
  static let rows: [PriceRow] = PriceList.names.flatMap { provider -> [PriceRow] in
    guard let list = PriceList.named(provider) else { return [] }
    return list.models.compactMap { list[$0] }
  }

  @Test(arguments: PriceList.names) func everyListIsItsProvidersFirst(_ provider: String) throws {
    #expect(Provider(named: provider)?.priceLists.first == provider)
    let list = try #require(PriceList.named(provider))
    #expect(list.provider == provider)
    #expect(!list.models.isEmpty)
  }

  @Test func everyListThatAProviderNamesIsThere() {
    for list in Provider.all.flatMap(\.priceLists) { #expect(PriceList.named(list) != nil, "\(list)") }
  }

  @Test func everyRowIsSane() {
    for row in Self.rows {
      let isEmbedding = row.tariff.rates.stated[.output] == nil
      #expect(isEmbedding == row.model.contains(/embed|bge/), "\(row.model): only embeddings give no output")
      #expect(row.contextTokens.map { $0.value >= 128 } ?? true, "\(row.model)")
      for rates in [row.tariff.rates] + row.tariff.tiers.map(\.rates) {
        #expect(rates[.input] > .free, "\(row.model)")
        #expect(rates[.input].perMillion < NanoDollars(200 * NanoDollars.perDollar), "\(row.model)")
        #expect(isEmbedding || rates[.output] >= rates[.input], "\(row.model)")
        #expect(rates[.output].perMillion < NanoDollars(1000 * NanoDollars.perDollar), "\(row.model)")
        #expect(rates[.cachedInput] <= rates[.input], "\(row.model)")
        #expect(rates[.cacheWrite] >= rates[.input], "\(row.model)")
        #expect(rates[.longCacheWrite] >= rates[.cacheWrite], "\(row.model)")
        #expect(rates[.audioInput] >= rates[.input], "\(row.model)")
        #expect(rates[.audioOutput] >= rates[.output], "\(row.model)")
      }
    }
  }

  @Test func aTierIsDearerThanWhatComesBeforeItAndLeavesNoClassOut() {
    for row in Self.rows {
      var before = row.tariff.rates
      for tier in row.tariff.tiers {
        for kind in TokenClass.allCases {
          #expect(tier.rates[kind] >= before[kind], "\(row.model) above \(tier.above): \(kind)")
          #expect((tier.rates.stated[kind] == nil) == (before.stated[kind] == nil), "\(row.model): \(kind)")
        }
        before = tier.rates
      }
    }
  }

  @Test func everyRowIsFoundByItsOwnNameAndSurvivesAReceipt() throws {
    let table = PriceTable()
    for row in Self.rows {
      let found = table.price(of: ModelName(row.model), at: BackendName("any"), provider: row.provider)
      #expect(found == .priced(row))
      #expect(try Tariff(parsing: row.tariff.description) == row.tariff)
    }
  }

  @Test(arguments: [
    ("1970-01-01", 0), ("1970-03-01", 59), ("2000-02-29", 11_016), ("2000-03-01", 11_017), ("2026-11-21", 20_778),
  ])
  func daysAreCountedAsTheCalendarDoes(_ text: String, _ days: Int64) throws {
    let day = try #require(CalendarDay(text))
    #expect(day.days(until: WallTime(milliseconds: days * 86_400_000)) == 0)
    #expect(day.days(until: WallTime(milliseconds: (days + 40) * 86_400_000 - 1)) == 39)
  }

  @Test(arguments: ["", "2026", "2026-13-01", "2026-00-01", "2026-11-32", "2026-1-211", "yesterday!", "2026/11/21"])
  func whatIsNoDayIsNone(_ text: String) {
    #expect(CalendarDay(text) == nil)
  }
}
