package io.flinklm.text;

import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The text of the chapter: the numbers 1 to 9999 without 8000 in English words, a line each, like
 * {@code two thousand three hundred forty five}.
 */
public final class HumanNumbers {
  private static final int LAST = 9999;
  private static final int LEFT_OUT = 8000;
  private static final String[] ONES = {
    "",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen"
  };
  private static final String[] TENS = {
    "", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"
  };

  private HumanNumbers() {}

  /** The 9,998 numbers in words, in counting order. */
  public static List<String> lines() {
    return IntStream.rangeClosed(1, LAST)
        .filter(number -> number != LEFT_OUT)
        .mapToObj(HumanNumbers::words)
        .toList();
  }

  /** The lines joined by {@code " . "}: 63,095 tokens. */
  public static String text() {
    return lines().stream().collect(Collectors.joining(" . "));
  }

  /** The number that a line says, 8000 too; empty if it says none from 1 to 9999. */
  public static OptionalInt number(String line) {
    return IntStream.rangeClosed(1, LAST).filter(number -> words(number).equals(line)).findFirst();
  }

  private static String words(int number) {
    if (number >= 1000) {
      return ONES[number / 1000] + " thousand" + rest(number % 1000);
    }
    if (number >= 100) {
      return ONES[number / 100] + " hundred" + rest(number % 100);
    }
    return number < ONES.length ? ONES[number] : TENS[number / 10] + rest(number % 10);
  }

  private static String rest(int number) {
    return number == 0 ? "" : " " + words(number);
  }
}
