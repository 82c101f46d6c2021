// SPDX-License-Identifier: Apache-2.0
#include "signals/fold.h"

#include <cstring>

#include "signals/text.h"

namespace clawgate::signals {
namespace {

constexpr char kNothing = '\0';  // drop it
constexpr char kGap = '_';       // it parts words
constexpr char kOther = '\x7F';  // no letter that we know: its bytes stand for it

struct Likeness {
  char32_t point;
  char letter;
};

// Letters that pass for a Latin one, lower and upper case alike.
constexpr Likeness kLikeness[] = {
    {0x00D7, 'x'}, {0x00DF, 'b'}, {0x00F8, 'o'}, {0x0131, 'i'}, {0x0142, 'l'}, {0x017F, 's'},
    {0x0180, 'b'}, {0x0251, 'a'}, {0x0253, 'b'}, {0x0257, 'd'}, {0x0261, 'g'}, {0x0262, 'g'},
    {0x0268, 'i'}, {0x0269, 'i'}, {0x026A, 'i'}, {0x0274, 'n'}, {0x0280, 'r'}, {0x028B, 'u'},
    {0x028F, 'y'}, {0x0299, 'b'}, {0x029C, 'h'}, {0x029F, 'l'}, {0x0391, 'a'}, {0x0392, 'b'},
    {0x0395, 'e'}, {0x0396, 'z'}, {0x0397, 'h'}, {0x0399, 'i'}, {0x039A, 'k'}, {0x039C, 'm'},
    {0x039D, 'n'}, {0x039F, 'o'}, {0x03A1, 'p'}, {0x03A4, 't'}, {0x03A5, 'y'}, {0x03A7, 'x'},
    {0x03B1, 'a'}, {0x03B2, 'b'}, {0x03B3, 'y'}, {0x03B5, 'e'}, {0x03B7, 'n'}, {0x03B9, 'i'},
    {0x03BA, 'k'}, {0x03BD, 'v'}, {0x03BF, 'o'}, {0x03C1, 'p'}, {0x03C3, 'o'}, {0x03C4, 't'},
    {0x03C5, 'u'}, {0x03C7, 'x'}, {0x03C9, 'w'}, {0x03DC, 'f'}, {0x03F2, 'c'}, {0x03F9, 'c'},
    {0x0405, 's'}, {0x0406, 'i'}, {0x0408, 'j'}, {0x0410, 'a'}, {0x0412, 'b'}, {0x0415, 'e'},
    {0x041A, 'k'}, {0x041C, 'm'}, {0x041D, 'h'}, {0x041E, 'o'}, {0x0420, 'p'}, {0x0421, 'c'},
    {0x0422, 't'}, {0x0423, 'y'}, {0x0425, 'x'}, {0x042C, 'b'}, {0x0430, 'a'}, {0x0431, 'b'},
    {0x0432, 'b'}, {0x0433, 'r'}, {0x0435, 'e'}, {0x043A, 'k'}, {0x043C, 'm'}, {0x043D, 'h'},
    {0x043E, 'o'}, {0x043F, 'n'}, {0x0440, 'p'}, {0x0441, 'c'}, {0x0442, 't'}, {0x0443, 'y'},
    {0x0445, 'x'}, {0x044C, 'b'}, {0x0455, 's'}, {0x0456, 'i'}, {0x0458, 'j'}, {0x0461, 'w'},
    {0x0475, 'v'}, {0x04AE, 'y'}, {0x04AF, 'y'}, {0x04BB, 'h'}, {0x04C0, 'l'}, {0x04CF, 'l'},
    {0x0501, 'd'}, {0x051A, 'q'}, {0x051B, 'q'}, {0x051C, 'w'}, {0x051D, 'w'}, {0x054F, 's'},
    {0x0555, 'o'}, {0x0570, 'h'}, {0x0578, 'n'}, {0x057D, 'u'}, {0x0581, 'g'}, {0x0585, 'o'},
    {0x13A0, 'd'}, {0x13A1, 'r'}, {0x13A2, 't'}, {0x13AC, 'e'}, {0x13B3, 'w'}, {0x13B7, 'm'},
    {0x13BB, 'h'}, {0x13BD, 'y'}, {0x13C0, 'g'}, {0x13C2, 'h'}, {0x13D2, 'r'}, {0x13D4, 'w'},
    {0x13D5, 's'}, {0x13D9, 'v'}, {0x13DA, 's'}, {0x13DE, 'l'}, {0x13DF, 'c'}, {0x13E2, 'p'},
    {0x13F4, 'b'}, {0x1D04, 'c'}, {0x1D05, 'd'}, {0x1D07, 'e'}, {0x1D0A, 'j'}, {0x1D0B, 'k'},
    {0x1D0D, 'm'}, {0x1D0F, 'o'}, {0x1D18, 'p'}, {0x1D1B, 't'}, {0x1D1C, 'u'}, {0x1D20, 'v'},
    {0x1D21, 'w'}, {0x1D22, 'z'}, {0x20AC, 'e'}, {0x2113, 'l'}, {0x2160, 'i'}, {0x2170, 'i'},
    {0x216C, 'l'}, {0x217C, 'l'}, {0x2223, 'l'}, {0xA731, 's'}, {0xA730, 'f'},
};

// Latin letters with accents and strokes (U+00C0..U+024F), by runs.
struct Run {
  char32_t first;
  char32_t last;
  char letter;
};
constexpr Run kAccented[] = {
    {0x0C0, 0x0C6, 'a'}, {0x0C7, 0x0C7, 'c'}, {0x0C8, 0x0CB, 'e'}, {0x0CC, 0x0CF, 'i'},
    {0x0D0, 0x0D0, 'd'}, {0x0D1, 0x0D1, 'n'}, {0x0D2, 0x0D6, 'o'}, {0x0D8, 0x0D8, 'o'},
    {0x0D9, 0x0DC, 'u'}, {0x0DD, 0x0DD, 'y'}, {0x0DE, 0x0DE, 'p'}, {0x0DF, 0x0DF, 'b'},
    {0x0E0, 0x0E6, 'a'}, {0x0E7, 0x0E7, 'c'}, {0x0E8, 0x0EB, 'e'}, {0x0EC, 0x0EF, 'i'},
    {0x0F0, 0x0F0, 'd'}, {0x0F1, 0x0F1, 'n'}, {0x0F2, 0x0F6, 'o'}, {0x0F8, 0x0F8, 'o'},
    {0x0F9, 0x0FC, 'u'}, {0x0FD, 0x0FD, 'y'}, {0x0FE, 0x0FE, 'p'}, {0x0FF, 0x0FF, 'y'},
    {0x100, 0x105, 'a'}, {0x106, 0x10D, 'c'}, {0x10E, 0x111, 'd'}, {0x112, 0x11B, 'e'},
    {0x11C, 0x123, 'g'}, {0x124, 0x127, 'h'}, {0x128, 0x133, 'i'}, {0x134, 0x135, 'j'},
    {0x136, 0x138, 'k'}, {0x139, 0x142, 'l'}, {0x143, 0x14B, 'n'}, {0x14C, 0x153, 'o'},
    {0x154, 0x159, 'r'}, {0x15A, 0x161, 's'}, {0x162, 0x167, 't'}, {0x168, 0x173, 'u'},
    {0x174, 0x175, 'w'}, {0x176, 0x178, 'y'}, {0x179, 0x17E, 'z'}, {0x17F, 0x17F, 's'},
    {0x180, 0x183, 'b'}, {0x187, 0x188, 'c'}, {0x18A, 0x18C, 'd'}, {0x191, 0x192, 'f'},
    {0x193, 0x193, 'g'}, {0x197, 0x197, 'i'}, {0x198, 0x199, 'k'}, {0x19A, 0x19A, 'l'},
    {0x19D, 0x19E, 'n'}, {0x19F, 0x1A1, 'o'}, {0x1A4, 0x1A5, 'p'}, {0x1AB, 0x1AE, 't'},
    {0x1AF, 0x1B0, 'u'}, {0x1B2, 0x1B2, 'v'}, {0x1B3, 0x1B4, 'y'}, {0x1B5, 0x1B6, 'z'},
    {0x1C4, 0x1C6, 'd'}, {0x1C7, 0x1C9, 'l'}, {0x1CA, 0x1CC, 'n'}, {0x1CD, 0x1CE, 'a'},
    {0x1CF, 0x1D0, 'i'}, {0x1D1, 0x1D2, 'o'}, {0x1D3, 0x1DC, 'u'}, {0x1DE, 0x1E3, 'a'},
    {0x1E4, 0x1E7, 'g'}, {0x1E8, 0x1E9, 'k'}, {0x1EA, 0x1ED, 'o'}, {0x1F0, 0x1F0, 'j'},
    {0x1F1, 0x1F3, 'd'}, {0x1F4, 0x1F5, 'g'}, {0x1F8, 0x1F9, 'n'}, {0x1FA, 0x1FD, 'a'},
    {0x1FE, 0x1FF, 'o'}, {0x200, 0x203, 'a'}, {0x204, 0x207, 'e'}, {0x208, 0x20B, 'i'},
    {0x20C, 0x20F, 'o'}, {0x210, 0x213, 'r'}, {0x214, 0x217, 'u'}, {0x218, 0x219, 's'},
    {0x21A, 0x21B, 't'}, {0x21E, 0x21F, 'h'}, {0x220, 0x220, 'n'}, {0x221, 0x221, 'd'},
    {0x224, 0x225, 'z'}, {0x226, 0x227, 'a'}, {0x228, 0x229, 'e'}, {0x22A, 0x231, 'o'},
    {0x232, 0x233, 'y'}, {0x234, 0x234, 'l'}, {0x235, 0x235, 'n'}, {0x236, 0x236, 't'},
    {0x23A, 0x23A, 'a'}, {0x23B, 0x23C, 'c'}, {0x23D, 0x23D, 'l'}, {0x23E, 0x23E, 't'},
    {0x23F, 0x23F, 's'}, {0x240, 0x240, 'z'}, {0x243, 0x243, 'b'}, {0x244, 0x244, 'u'},
    {0x246, 0x247, 'e'}, {0x248, 0x249, 'j'}, {0x24B, 0x24B, 'q'}, {0x24C, 0x24D, 'r'},
    {0x24E, 0x24F, 'y'},
};

constexpr char of_table(char32_t point) {
  for (const Likeness& row : kLikeness) {
    if (row.point == point) return row.letter;
  }
  for (const Run& run : kAccented) {
    if (point >= run.first && point <= run.last) return run.letter;
  }
  return kNothing;
}

// The styled alphabets of U+1D400 run through A-Z a-z again and again; holes do not matter here.
constexpr char of_styled(char32_t point) {
  if (point < 0x1D6A4) return static_cast<char>('a' + (point - 0x1D400) % 26);
  return static_cast<char>('0' + (point - 0x1D7CE) % 10);
}

// One look for letters that resemble one another.
constexpr char merged(char c) {
  switch (c) {
    case 'i':
    case '1':
    case '|':
    case '!':
      return 'l';
    case '0':
      return 'o';
    case '5':
    case '$':
      return 's';
    case '3':
      return 'e';
    case '4':
    case '@':
      return 'a';
    case '8':
      return 'b';
    default:
      return c;
  }
}

constexpr bool is_dropped(char32_t point) {
  return (point >= 0x300 && point <= 0x36F) || (point >= 0x483 && point <= 0x489) ||
         (point >= 0x1AB0 && point <= 0x1AFF) || (point >= 0x20D0 && point <= 0x20FF) ||
         (point >= 0x200B && point <= 0x200F) || (point >= 0x202A && point <= 0x202E) ||
         (point >= 0x2060 && point <= 0x206F) || (point >= 0xFE00 && point <= 0xFE0F) ||
         (point >= 0xE0000 && point <= 0xE01EF) || point == 0xFEFF || point == 0xAD ||
         point == 0x34F || point == 0x180E || point == 0x3164 || point == 0x115F || point == 0x1160;
}

// A letter or digit, or kGap.
constexpr char of_ascii(char c) {
  if (c >= 'A' && c <= 'Z') return static_cast<char>(c - 'A' + 'a');
  if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) return c;
  if (c == '$' || c == '@' || c == '|' || c == '!') return c;
  return kGap;
}

constexpr auto kAscii = [] {
  std::array<char, 128> table{};
  for (std::size_t c = 0; c < table.size(); ++c) table[c] = merged(of_ascii(static_cast<char>(c)));
  return table;
}();

// The ASCII a code point looks like: a letter or digit, kGap, kNothing, or kOther.
char look(char32_t point) {
  if (point >= 0xFF01 && point <= 0xFF5E) point -= 0xFEE0;  // full width
  if (point < 0x80) return of_ascii(static_cast<char>(point));
  if (is_dropped(point)) return kNothing;
  if (const char letter = of_table(point); letter != kNothing) return letter;
  if (point >= 0x1D400 && point <= 0x1D7FF) return of_styled(point);
  if (point >= 0x24B6 && point <= 0x24E9) return static_cast<char>('a' + (point - 0x24B6) % 26);
  if (point >= 0x1F130 && point <= 0x1F189) return static_cast<char>('a' + (point - 0x1F130) % 32);
  if (point == 0xA0 || point == 0x3000 || (point >= 0x2000 && point <= 0x2BFF)) return kGap;
  return kOther;
}

}  // namespace

Skeleton::Skeleton(std::string_view utf8) {
  bool gap = true;
  bool lower_before = false;  // for camelCase
  for (std::size_t at = 0; at < utf8.size() && size_with_gaps() <= kSkeletonMax;) {
    const std::size_t start = at;
    const auto byte = static_cast<unsigned char>(utf8[at]);
    char32_t point = byte;
    char seen = kNothing;
    if (byte < 0x80) {
      seen = kAscii[byte];
      ++at;
    } else {
      point = next_point(utf8, at);
      seen = merged(look(point));
    }
    if (seen == kNothing) continue;
    if (seen == kGap) {
      gap = true;
      lower_before = false;
      continue;
    }
    const bool upper = point >= 'A' && point <= 'Z';
    if (gap || (upper && lower_before)) begins_[words_++] = static_cast<std::uint8_t>(size_);
    gap = false;
    lower_before = point >= 'a' && point <= 'z';
    if (seen == kOther) {
      std::memcpy(bytes_.data() + size_, utf8.data() + start, at - start);
      size_ += at - start;
    } else {
      bytes_[size_++] = seen;
    }
  }
}

}  // namespace clawgate::signals
