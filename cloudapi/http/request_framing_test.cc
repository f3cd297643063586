#include "cloudapi/http/request_framing.h"

#include <gtest/gtest.h>

namespace cloudapi {
namespace {

using Outcome = FramingResult::Outcome;

FramingResult Examine(std::string_view bytes) {
  RequestFramer framer;
  return framer.Examine(bytes);
}

struct WholeCase {
  std::string name;
  std::string header;
  std::string rest;
  std::string body;
};
class WholeRequestTest : public testing::TestWithParam<WholeCase> {};

TEST_P(WholeRequestTest, GivenAllAtOnceWhenExaminedThenCompleteUpToTheNextRequest) {
  const auto& [name, header, rest, body] = GetParam();
  const auto answer = Examine(header + rest + "GET /next");
  ASSERT_EQ(answer.outcome, Outcome::kComplete);
  EXPECT_EQ(answer.header_bytes, header.size());
  EXPECT_EQ(answer.total_bytes, header.size() + rest.size());
  EXPECT_EQ(answer.body, body);
}

TEST_P(WholeRequestTest, GivenByteByByteWhenExaminedThenCompleteAtTheLastOnly) {
  const auto& [name, header, rest, body] = GetParam();
  const std::string all = header + rest;
  RequestFramer framer;
  for (std::size_t size = 0; size < all.size(); ++size) {
    const auto answer = framer.Examine(std::string_view(all).substr(0, size));
    ASSERT_EQ(answer.outcome, Outcome::kNeedMore) << size;
    EXPECT_EQ(answer.in_body, size >= header.size()) << size;
  }
  const auto answer = framer.Examine(all);
  ASSERT_EQ(answer.outcome, Outcome::kComplete);
  EXPECT_EQ(answer.header_bytes, header.size());
  EXPECT_EQ(answer.total_bytes, all.size());
  EXPECT_EQ(answer.body, body);
  EXPECT_EQ(framer.Examine("GET / HTTP/1.1\r\n\r\n").outcome, Outcome::kComplete);
}

INSTANTIATE_TEST_SUITE_P(
    Requests, WholeRequestTest,
    testing::Values(
        WholeCase{"Get", "GET / HTTP/1.1\r\nHost: a\r\n\r\n", "", ""},
        WholeCase{"NoHeaders", "GET / HTTP/1.0\r\n\r\n", "", ""},
        WholeCase{"Length", "POST / HTTP/1.1\r\ncontent-LENGTH:  4 \r\n\r\n", "a\r\n\r", "a\r\n\r"},
        WholeCase{"LengthZero", "POST / HTTP/1.1\r\nContent-Length: 0\r\n\r\n", "", ""},
        WholeCase{"SameLengthTwice",
                  "POST / HTTP/1.1\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\n", "ab", "ab"},
        WholeCase{"Chunked", "POST / HTTP/1.1\r\nTransfer-Encoding: Chunked\r\n\r\n",
                  "3\r\nabc\r\nA;note=x\r\n0123456789\r\n0\r\n\r\n", "abc0123456789"},
        WholeCase{"ChunkedLineEnds", "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n",
                  "4\r\n\r\n\r\n\r\n0\r\n\r\n", "\r\n\r\n"},
        WholeCase{"Trailer", "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n",
                  "1\r\nx\r\n0\r\nA: b\r\nC: d\r\n\r\n", "x"}),
    [](const auto& test) { return test.param.name; });

struct RefusedCase {
  std::string name;
  std::string bytes;
  int status;
};
class RefusedRequestTest : public testing::TestWithParam<RefusedCase> {};
TEST_P(RefusedRequestTest, GivenBytesWhenExaminedThenRefused) {
  const auto answer = Examine(GetParam().bytes);
  ASSERT_EQ(answer.outcome, Outcome::kRefused);
  EXPECT_EQ(answer.status, GetParam().status);
  EXPECT_FALSE(answer.message.empty());
}

std::string Post(const std::string& headers, const std::string& rest = "") {
  return "POST / HTTP/1.1\r\n" + headers + "\r\n\r\n" + rest;
}
std::string Chunked(const std::string& rest) {
  return Post("Transfer-Encoding: chunked", rest);
}
std::string TinyChunks() {
  std::string bytes;
  while (bytes.size() <= kRequestLimit) bytes += "1;" + std::string(1000, 'e') + "\r\nx\r\n";
  return bytes;
}

INSTANTIATE_TEST_SUITE_P(
    Limits, RefusedRequestTest,
    testing::Values(
        RefusedCase{"EndlessRequestLine", std::string(kHeaderLimit + 1, 'a'), 414},
        RefusedCase{"LongRequestLine", std::string(kLineLimit + 1, 'a') + "\r\n\r\n", 414},
        RefusedCase{"EndlessHeader", "GET / HTTP/1.1\r\n" + std::string(kHeaderLimit, 'a'), 400},
        RefusedCase{"LongRequestLineThenEndlessHeader",
                    std::string(kLineLimit + 1, 'a') + "\r\n" + std::string(kHeaderLimit, 'a'),
                    414},
        RefusedCase{"LongHeaderLine", Post("A: " + std::string(kLineLimit - 2, 'a')), 400},
        RefusedCase{"LongHeader", Post("A: " + std::string(kHeaderLimit, 'a')), 400},
        RefusedCase{"LargeLength", Post("Content-Length: 1048577"), 413},
        RefusedCase{"HugeLength", Post("Content-Length: 99999999999999999999999"), 413},
        RefusedCase{"LargeChunk", Chunked("100001\r\n"), 413},
        RefusedCase{"HugeChunk", Chunked("fffffffffffffffff\r\n"), 413},
        RefusedCase{"LargeSum", Chunked("fffff\r\n" + std::string(0xfffff, 'a') + "\r\n2\r\n"),
                    413},
        RefusedCase{"LongChunkLine", Chunked("1;" + std::string(1100, 'a')), 400},
        RefusedCase{"TinyChunks", Chunked(TinyChunks()), 413},
        RefusedCase{"LongTrailer", Chunked("0\r\n" + std::string(kHeaderLimit + 1, 'a')), 400}),
    [](const auto& test) { return test.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Malformed, RefusedRequestTest,
    testing::Values(RefusedCase{"NegativeLength", Post("Content-Length: -1"), 400},
                    RefusedCase{"EmptyLength", Post("Content-Length:"), 400},
                    RefusedCase{"LengthList", Post("Content-Length: 1, 1"), 400},
                    RefusedCase{"TwoLengths", Post("Content-Length: 1\r\nContent-Length: 2"), 400},
                    RefusedCase{"LengthAndChunked",
                                Post("Content-Length: 1\r\nTransfer-Encoding: chunked"), 400},
                    RefusedCase{"OtherCoding", Post("Transfer-Encoding: gzip, chunked"), 400},
                    RefusedCase{"NoColon", Post("Host"), 400},
                    RefusedCase{"NoName", Post(": a"), 400},
                    RefusedCase{"SpaceBeforeColon", Post("Host : a"), 400},
                    RefusedCase{"FoldedLine", Post("A: b\r\n c: d"), 400},
                    RefusedCase{"ChunkSize", Chunked("x\r\n"), 400},
                    RefusedCase{"EmptyChunkSize", Chunked("\r\n"), 400},
                    RefusedCase{"NegativeChunkSize", Chunked("-1\r\n"), 400},
                    RefusedCase{"ChunkTooLong", Chunked("1\r\nab\r\n"), 400}),
    [](const auto& test) { return test.param.name; });

TEST(RequestFramerTest, GivenLimitsWhenJustReachedThenTaken) {
  EXPECT_EQ(Examine("GET /" + std::string(kLineLimit - 5, 'a') + "\r\n\r\n").outcome,
            Outcome::kComplete);
  EXPECT_EQ(Examine(Post("A: " + std::string(kLineLimit - 3, 'a'))).outcome, Outcome::kComplete);
  EXPECT_EQ(Examine(Post("Content-Length: 1048576", std::string(kBodyLimit, 'a'))).outcome,
            Outcome::kComplete);
  EXPECT_EQ(Examine(Chunked("100000\r\n" + std::string(kBodyLimit, 'a') + "\r\n0\r\n\r\n")).outcome,
            Outcome::kComplete);
}

// Looking from the start again at each byte would take minutes.
TEST(RequestFramerTest, GivenManyChunksByteByByteWhenExaminedThenInTheTimeOfOneReading) {
  std::string all = Chunked("");
  for (int i = 0; i < 400; ++i) all += "400\r\n" + std::string(1024, 'a') + "\r\n";
  all += "0\r\n\r\n";
  RequestFramer framer;
  for (std::size_t size = 0; size < all.size(); ++size)
    ASSERT_EQ(framer.Examine(std::string_view(all).substr(0, size)).outcome, Outcome::kNeedMore);
  EXPECT_EQ(framer.Examine(all).body.size(), 400u * 1024u);
}

// Its format may stand at the line's end or in a header.
TEST(RequestFramerTest, GivenLongRequestLineWhenExaminedThenRefusedOnceTheHeaderIsWhole) {
  const std::string line = "GET /?a=" + std::string(kLineLimit, 'a') + " HTTP/1.1\r\n";
  RequestFramer framer;
  EXPECT_EQ(framer.Examine(line).outcome, Outcome::kNeedMore);
  EXPECT_EQ(framer.Examine(line + "Host: a\r\n").outcome, Outcome::kNeedMore);
  EXPECT_EQ(framer.Examine(line + "Host: a\r\n\r\n").status, 414);
}

TEST(RequestFramerTest, GivenRequestLineWhenCompleteThenSplit) {
  const std::string request = "POST /a?b=c%20d HTTP/1.1\r\n\r\n";
  const auto result = Examine(request);
  EXPECT_EQ(result.method, "POST");
  EXPECT_EQ(result.target, "/a?b=c%20d");
  const std::string nonsense = "nonsense\r\n\r\n";
  EXPECT_EQ(Examine(nonsense).method, "nonsense");
  EXPECT_EQ(Examine(nonsense).target, "");
}

TEST(RequestFramerTest, GivenTlsHelloWhenExaminedThenKnownByItsFirstByte) {
  EXPECT_EQ(Examine("\x16").outcome, Outcome::kTlsHello);
}

TEST(RequestFramerTest, GivenExpectWhenOnlyTheHeaderIsThereThenContinueIsWanted) {
  for (const std::string framing : {"Content-Length: 2", "Transfer-Encoding: chunked"}) {
    const std::string header = Post(framing + "\r\nExpect: 100-Continue");
    RequestFramer framer;
    EXPECT_FALSE(framer.Examine(header.substr(0, header.size() - 1)).wants_continue);
    EXPECT_TRUE(framer.Examine(header).wants_continue);
    EXPECT_FALSE(framer.Examine(header + "1").wants_continue);
  }
  EXPECT_FALSE(Examine(Post("Content-Length: 2")).wants_continue);
}

}  // namespace
}  // namespace cloudapi
