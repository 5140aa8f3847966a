package io.flinklm.bench.measure;

/**
 * One of those whose speeds are compared in one process: it runs while it is its turn and takes
 * nothing of the machine's processors before and after. Not thread safe.
 */
public interface Contestant extends AutoCloseable {

  /** Runs for about so many seconds, once at least. */
  Timing run(double seconds) throws Exception;

  @Override
  void close() throws Exception;
}
