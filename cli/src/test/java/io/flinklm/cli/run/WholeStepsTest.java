package io.flinklm.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class WholeStepsTest {
  private static final long MINUTE = TimeUnit.MINUTES.toMillis(1);

  @Test
  void theEndWaitsForTheStepAndNoFurtherOneBegins() throws Exception {
    WholeSteps steps = WholeSteps.begin();
    AtomicInteger taken = new AtomicInteger();
    CountDownLatch computing = new CountDownLatch(1);
    CountDownLatch computed = new CountDownLatch(1);
    Thread training =
        new Thread(
            () -> {
              for (int step = 0; step < 2; step++) {
                computing.countDown();
                await(computed);
                taken.incrementAndGet();
                steps.stepped();
              }
            });
    training.setDaemon(true);
    training.start();
    await(computing);
    Thread end = new Thread(steps::end);
    end.start();

    end.join(50);
    assertThat(end.isAlive()).as("the step is under way").isTrue();
    computed.countDown();
    end.join(MINUTE);
    assertThat(end.isAlive()).isFalse();
    assertThat(taken).hasValue(1);
    assertThat(training.isAlive()).as("it waits for the end of the process").isTrue();
    steps.close();
  }

  @Test
  void aLoopThatIsOverHoldsNoEndUp() throws Exception {
    WholeSteps steps = WholeSteps.begin();
    steps.stepped();
    steps.close();
    Thread end = new Thread(steps::end);
    end.start();

    end.join(MINUTE);
    assertThat(end.isAlive()).isFalse();
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
