import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.JniUtils;

/**
 * Does the engine's LSTM give the same without gradients as with them? Nothing of flink-lm is used.
 *
 * <pre>java -cp 'cli/target/lib/*' docs/decisions/LstmInInference.java</pre>
 */
public final class LstmInInference {
  private static final int BATCH = 64;
  private static final int TIME = 16;

  public static void main(String[] arguments) {
    try (NDManager manager = NDManager.newBaseManager()) {
      JniUtils.setNumThreads(1);
      int wrong = 0;
      for (int hidden = 1; hidden <= 256; hidden++) {
        try (NDManager scope = manager.newSubManager()) {
          double difference = difference(hidden, scope);
          if (!(difference < 1e-5)) {
            System.out.printf("hidden %3d: the outputs differ by %.2e%n", hidden, difference);
            wrong++;
          }
        }
      }
      System.out.println(wrong + " of 256 widths are wrong without gradients");
    }
  }

  // The norm of the difference between the two outputs, as a share of the norm of one.
  private static double difference(int hidden, NDManager scope) {
    NDList weights = new NDList();
    for (Shape shape :
        new Shape[] {
          new Shape(4L * hidden, hidden), new Shape(4L * hidden, hidden),
          new Shape(4L * hidden), new Shape(4L * hidden)
        }) {
      weights.add(numbers(shape, 1 / Math.sqrt(hidden), scope));
    }
    NDArray inputs = numbers(new Shape(BATCH, TIME, hidden), 1, scope);
    Shape state = new Shape(1, BATCH, hidden);
    NDList states = new NDList(numbers(state, 1, scope), numbers(state, 0.5, scope));
    NDArray without = outputs(false, inputs, states, weights);
    NDArray with = outputs(true, inputs, states, weights);
    return Math.sqrt(
        without.sub(with).square().sum().getFloat() / with.square().sum().getFloat());
  }

  private static NDArray outputs(boolean gradients, NDArray inputs, NDList states, NDList weights) {
    JniUtils.setGradMode(gradients);
    return inputs
        .getNDArrayInternal()
        .lstm(inputs, states, weights, true, 1, 0, false, false, true)
        .get(0);
  }

  private static NDArray numbers(Shape shape, double scale, NDManager scope) {
    float[] values = new float[Math.toIntExact(shape.size())];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (scale * Math.sin(12.9898 * i + 78.233 * shape.dimension()));
    }
    return scope.create(values, shape);
  }
}
