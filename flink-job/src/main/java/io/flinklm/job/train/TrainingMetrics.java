package io.flinklm.job.train;

import io.flinklm.lane.Refusal;
import io.flinklm.lane.Refusal.Reason;
import io.flinklm.lane.Split;
import io.flinklm.train.ByteNumbers;
import io.flinklm.train.CodeLength;
import io.flinklm.train.Report;
import io.flinklm.train.TrainingNumbers;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.Histogram;
import org.apache.flink.metrics.Meter;
import org.apache.flink.metrics.MeterView;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.runtime.metrics.DescriptiveStatisticsHistogram;

/**
 * What the dashboard shows of the training: the numbers of its reports, and how fast it goes. Told
 * by the thread that trains, read by others.
 *
 * <p>The dashboard draws numbers alone. So a gauge is there from its first number on, and shows the
 * last one that was finite: there is no validation loss before text was scored, and the loss of a
 * step that gave NaN is in its report. Prequential numbers alone go back to NaN, when text comes
 * again.
 */
public final class TrainingMetrics {
  private static final int RATE_SECONDS = 10;
  static final int STEPS_IN_HISTOGRAM = 1_000;

  private final MetricGroup group;
  private final Map<String, LastNumber> numbers = new HashMap<>();
  private final Counter tokensTrained;
  private final Counter tokensScored;
  private final Counter tokensRefused;
  private final Counter bytesTrained;
  private final Counter bytesScored;
  private final Counter bytesRefused;
  private final Map<String, Counter> refused = new HashMap<>();
  private final Meter tokensPerSecond;
  private final Histogram stepTime;
  private volatile TrainingNumbers last;

  /** A gauge of the last finite number. */
  private static final class LastNumber implements Gauge<Double> {
    private volatile double value;

    LastNumber(double value) {
      this.value = value;
    }

    @Override
    public Double getValue() {
      return value;
    }
  }

  /**
   * Registers them.
   *
   * @param standing how the training stands before its next batch
   */
  public TrainingMetrics(MetricGroup group, TrainingNumbers standing) {
    this.group = group;
    this.last = standing;
    group.gauge("step", (Gauge<Long>) () -> last.step());
    group.gauge("epoch", (Gauge<Integer>) () -> last.epoch());
    tokensTrained = group.counter("tokensTrained");
    tokensScored = group.counter("tokensScored");
    tokensRefused = group.counter("tokensRefused");
    bytesTrained = group.counter("bytesTrained");
    bytesScored = group.counter("bytesScored");
    bytesRefused = group.counter("bytesRefused");
    MetricGroup byReason = group.addGroup("refused");
    for (Reason reason : Reason.values()) {
      refused.put(reason.label(), byReason.counter(reason.label()));
    }
    tokensPerSecond = group.meter("tokensPerSecond", new MeterView(RATE_SECONDS));
    stepTime =
        group.histogram(
            "stepTimeMicroseconds", new DescriptiveStatisticsHistogram(STEPS_IN_HISTOGRAM));
    count(standing);
    showValidation(standing);
    show(standing);
  }

  /** Takes up a report of the training. */
  public void add(Report report) {
    TrainingNumbers numbers = report.numbers();
    tokensPerSecond.markEvent(numbers.tokensTrained() - tokensTrained.getCount());
    count(numbers);
    boolean train = Split.TRAIN.label().equals(numbers.split());
    if (report instanceof Report.Step) {
      if (train) {
        showTraining(numbers);
      }
    } else if (report instanceof Report.SegmentEnd) {
      if (!train) {
        showValidation(numbers);
      }
    } else {
      // Of the last segment that was scored, by definition.
      showValidation(numbers);
    }
    show(numbers);
    last = numbers;
  }

  /** Takes up a refusal: where everything is refused, no report would tell of it. */
  void add(Refusal refusal) {
    tokensRefused.inc(refusal.tokens());
    bytesRefused.inc(refusal.bytes());
    refused.get(refusal.reason().label()).inc(refusal.tokens());
  }

  /** Takes up how long a step took, from a batch that was ready to the weights. */
  void stepTook(long nanos) {
    stepTime.update(TimeUnit.NANOSECONDS.toMicros(nanos));
  }

  // From the reports, and so from the training state: they go on after a restart.
  private void count(TrainingNumbers numbers) {
    long sum = numbers.tokensRefused().values().stream().mapToLong(Long::longValue).sum();
    set(tokensTrained, numbers.tokensTrained());
    set(tokensScored, numbers.tokensScored());
    raise(tokensRefused, sum);
    ByteNumbers bytes = numbers.bytes();
    set(bytesTrained, bytes.bytesTrained());
    set(bytesScored, bytes.bytesScored());
    raise(bytesRefused, bytes.bytesRefused().values().stream().mapToLong(Long::longValue).sum());
    numbers.tokensRefused().forEach((reason, tokens) -> raise(refused.get(reason), tokens));
  }

  // A refusal counts here when it comes; the books of replicas count it behind the batches before.
  private static void raise(Counter counter, long count) {
    counter.inc(Math.max(0, count - counter.getCount()));
  }

  private static void set(Counter counter, long count) {
    counter.inc(count - counter.getCount());
  }

  private void show(TrainingNumbers numbers) {
    show("trainLoss", numbers.trainLoss());
    show("trainBitsPerByte", numbers.bytes().trainBitsPerByte());
    showOrNone("prequentialBitsPerByte", numbers.bytes().prequentialBitsPerByte());
    CodeLength code = numbers.bytes().codeLength();
    if (code != null) {
      show("codeLengthBytes", code.bytes());
    }
    showOrNone("prequentialLoss", numbers.prequentialLoss());
    showOrNone("prequentialAccuracy", numbers.prequentialAccuracy());
    show("learningRate", numbers.learningRate());
    show("gradientNorm", numbers.gradientNorm());
  }

  private void showTraining(TrainingNumbers numbers) {
    show("loss", numbers.loss());
    show("bitsPerByte", numbers.bytes().bitsPerByte());
    show("perplexity", Math.exp(numbers.loss()));
    show("accuracy", numbers.accuracy());
  }

  private void showValidation(TrainingNumbers numbers) {
    show("validLoss", numbers.loss());
    show("validBitsPerByte", numbers.bytes().bitsPerByte());
    show("validPerplexity", Math.exp(numbers.loss()));
    show("validAccuracy", numbers.accuracy());
  }

  // The last one would be of other text: once text comes again there is none.
  private void showOrNone(String name, double value) {
    LastNumber number = numbers.get(name);
    if (number != null && Double.isNaN(value)) {
      number.value = value;
    }
    show(name, value);
  }

  private void show(String name, double value) {
    if (!Double.isFinite(value)) {
      return;
    }
    LastNumber number = numbers.get(name);
    if (number == null) {
      number = new LastNumber(value);
      numbers.put(name, group.gauge(name, number));
    }
    number.value = value;
  }
}
