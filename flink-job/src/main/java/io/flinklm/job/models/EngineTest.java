package io.flinklm.job.models;

import ai.djl.Device;
import io.flinklm.net.Cell;
import io.flinklm.net.NetConfig;
import io.flinklm.net.SelfTest;
import io.flinklm.net.WrongArithmeticException;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The engine's {@link SelfTest} in a TaskManager, before the first record. */
public final class EngineTest {
  private static final Logger LOG = LoggerFactory.getLogger(EngineTest.class);

  private EngineTest() {}

  /**
   * Tests the engine, and says in the log what is wrong although it can go on.
   *
   * @throws SuppressRestartsException if no way is right: a restarted job would find the same
   */
  public static void require(NetConfig net, Cell cell, int rows, Device device) {
    try {
      SelfTest.of(net, cell, rows, device).warning().ifPresent(LOG::warn);
    } catch (WrongArithmeticException e) {
      LOG.error(e.getMessage());
      throw new SuppressRestartsException(e);
    }
  }
}
