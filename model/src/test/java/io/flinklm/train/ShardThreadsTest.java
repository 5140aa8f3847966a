package io.flinklm.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class ShardThreadsTest {

  @Test
  void whatComesOfShardsIsInTheirOrder() {
    try (ShardThreads threads = new ShardThreads(3)) {
      assertThat(threads.each(5, i -> "shard " + i))
          .containsExactly("shard 0", "shard 1", "shard 2", "shard 3", "shard 4");
    }
  }

  @Test
  void shardsAreComputedSideBySide() {
    try (ShardThreads threads = new ShardThreads(3)) {
      CountDownLatch all = new CountDownLatch(3);

      // Each waits for the others: on fewer threads this would not end.
      assertThat(threads.each(3, i -> meets(all))).containsExactly(true, true, true);
    }
  }

  @Test
  void oneThreadComputesAllByItself() {
    Set<Thread> seen = ConcurrentHashMap.newKeySet();
    try (ShardThreads threads = new ShardThreads(1)) {
      threads.each(4, i -> seen.add(Thread.currentThread()));
    }

    assertThat(seen).containsExactly(Thread.currentThread());
  }

  @Test
  void aFailureIsThrownWhenNobodyComputesAnyMore() {
    try (ShardThreads threads = new ShardThreads(2)) {
      CountDownLatch both = new CountDownLatch(2);
      AtomicBoolean ended = new AtomicBoolean();
      Thread asking = Thread.currentThread();

      assertThatThrownBy(
              () ->
                  threads.each(
                      2,
                      i -> {
                        meets(both);
                        if (Thread.currentThread() == asking) {
                          throw new IllegalStateException("the asking thread");
                        }
                        // The failure of the other is there by now.
                        pause();
                        ended.set(true);
                        return i;
                      }))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("the asking thread");

      assertThat(ended).isTrue();
      assertThat(threads.each(2, i -> i)).as("it goes on").containsExactly(0, 1);
    }
  }

  private static boolean meets(CountDownLatch others) {
    others.countDown();
    try {
      return others.await(1, TimeUnit.MINUTES);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void pause() {
    try {
      Thread.sleep(50);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
