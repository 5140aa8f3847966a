package io.flinklm.cli.train;

/**
 * Something that goes wrong with a record on its way, and how many of the records from it on the
 * lane does not get as they were meant.
 */
enum Fault {
  /** A producer that got no answer: the record once more. */
  RETRIED(0),
  /** The same of a batch: the record and the two before it once more, in order. */
  BATCH_RETRIED(0),
  /** A record gets lost; the next one shows it, and is refused. */
  LOST(2),
  /** The record carries a position far ahead; the next one is ahead too. */
  MOVED(2),
  /** A stray copy of the record with a position far ahead, before it. */
  STRAY(0),
  /** A key that is no lane's: for its lane the record is lost. */
  BAD_KEY(2),
  /** A stray record with such a key, or none. */
  STRAY_KEY(0),
  /** A header that cannot be read. */
  BAD_HEADER(1),
  /** A byte that is no UTF-8. */
  BAD_TEXT(1),
  /** A stray record without a value. */
  NO_VALUE(0),
  /** A token outside the vocabulary. */
  UNKNOWN_TOKEN(1),
  /** The same, and a producer that tried again. */
  UNKNOWN_TOKEN_RETRIED(1),
  /** A record of a segment that its lane has left. */
  LATE(0);

  private final int missing;

  Fault(int missing) {
    this.missing = missing;
  }

  /** Records of the lane, from the faulty one on, that are refused or do not come. */
  int missing() {
    return missing;
  }
}
