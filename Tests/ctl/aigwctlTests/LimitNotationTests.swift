import Testing

@testable import aigwctl

@Suite struct LimitNotationTests {
  @Test(arguments: [
    ("50000/hour", "50000", "hour"), ("50k/hour", "50k", "hour"), ("10M/day", "10M", "day"),
    ("1.5M/day", "1500k", "day"),
    ("2G/month", "2G", "month"), ("1B/week", "1G", "week"), ("60/min", "60", "minute"), ("7/s", "7", "second"),
    ("100K/1h", "100k", "hour"), ("5/12h", "5", "12h"), ("5/days", "5", "day"), ("0.5k/d", "500", "day"),
  ])
  func amountsAndPeriodsAsPeopleWriteThem(text: String, amount: String, period: String) throws {
    #expect(try LimitNotation.counted(text) == LimitNotation(amount: amount, period: period))
  }

  @Test(arguments: [
    ("100/day", "100"), ("$100/day", "100"), ("0.50/d", "0.50"), ("$0.000000001/day", "0.000000001"),
    ("1.5k/day", "1.5k"),
  ])
  func dollarsKeepTheirDecimals(text: String, amount: String) throws {
    #expect(try LimitNotation.dollars(text) == LimitNotation(amount: amount, period: "day"))
  }

  @Test(arguments: [
    ("50k", "\"50k\" does not say how much in which time; write it like 50k/hour"),
    ("1/2/hour", "\"1/2/hour\" does not say how much in which time; write it like 50k/hour"),
    ("/hour", "\"/hour\" does not begin with an amount; write 50000, 50k or 10M"),
    ("-5/hour", "\"-5/hour\" does not begin with an amount; write 50000, 50k or 10M"),
    ("5m/hour", "\"5m/hour\" has an unknown unit, \"m\"; write k, M or G"),
    ("1.5/hour", "\"1.5/hour\" is not a whole number that 64 bits hold"),
    ("99999999999G/hour", "\"99999999999G/hour\" is not a whole number that 64 bits hold"),
    ("0k/hour", "\"0k/hour\" allows nothing; a limit is more than 0"),
    (
      "5/fortnight",
      "\"5/fortnight\" has an unknown period, \"fortnight\"; write second, minute, hour, day, week, month, or a duration "
        + "such as 12h"
    ),
  ])
  func whatCannotBeUnderstoodIsAnsweredWithWhatToWrite(text: String, message: String) {
    #expect(throws: NotationError(message)) { try LimitNotation.counted(text) }
  }

  @Test(arguments: ["100", "1G/day", "$/day", "0/day", "0.0000000001/day", "€5/day", "٣/day"])
  func whatIsNoAmountOfDollarsIsRefused(text: String) {
    #expect(throws: NotationError.self) { try LimitNotation.dollars(text) }
  }

  @Test func aBurstIsAnAmountAlone() throws {
    #expect(try LimitNotation.amount("20k") == "20k")
    #expect(try LimitNotation.amount("$0.50") == "$0.50")
    #expect(throws: NotationError.self) { try LimitNotation.amount("20k/minute") }
  }
}
