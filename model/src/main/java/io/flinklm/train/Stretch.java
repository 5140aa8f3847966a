package io.flinklm.train;

import static java.util.stream.Collectors.groupingBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.flinklm.net.Parameter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Parameters that are updated in one call, because value, mean and variance of all of them are each
 * one piece of the engine's memory. A large parameter is a stretch of its own, which the
 * processor's cache holds while it is updated; the small ones that decay alike are one together,
 * since each of them would cost the engine as many calls as a large one. Between two parameters may
 * lie zeros, so that each starts where the engine likes its tensors to start.
 *
 * @param parameters in their order
 * @param value of all of them, one behind the other, {@code [size]}
 * @param mean of their gradients, likewise
 * @param variance of their gradients, likewise
 */
record Stretch(List<Parameter> parameters, NDArray value, NDArray mean, NDArray variance) {
  // 64 bytes: the order of sums inside a matrix product may depend on where a matrix starts.
  private static final long ALIGNMENT = 16;

  private static final long LARGE = 4096;

  /** What parameters of one stretch have in common. */
  private record Kind(boolean decays, String largeName) {
    static Kind of(Parameter parameter) {
      boolean large = parameter.shape().size() >= LARGE;
      return new Kind(parameter.decays(), large ? parameter.name() : "");
    }
  }

  /** The stretches of all parameters, all zero. */
  static List<Stretch> of(List<Parameter> parameters, NDManager manager) {
    Map<Kind, List<Parameter>> alike =
        parameters.stream()
            .collect(groupingBy(Kind::of, LinkedHashMap::new, Collectors.toUnmodifiableList()));
    return alike.values().stream().map(together -> zeros(together, manager)).toList();
  }

  private static Stretch zeros(List<Parameter> parameters, NDManager manager) {
    Shape size = new Shape(parameters.stream().mapToLong(Stretch::room).sum());
    return new Stretch(parameters, manager.zeros(size), manager.zeros(size), manager.zeros(size));
  }

  /** Whether weight decay applies to its parameters. */
  boolean decays() {
    return parameters.get(0).decays();
  }

  /** Each parameter by itself; what is done to it is done to the stretch. */
  List<Weights.Trained> views() {
    List<Weights.Trained> views = new ArrayList<>();
    long start = 0;
    for (Parameter parameter : parameters) {
      views.add(
          new Weights.Trained(
              parameter,
              view(value, start, parameter.shape()),
              view(mean, start, parameter.shape()),
              view(variance, start, parameter.shape())));
      start += room(parameter);
    }
    return views;
  }

  private static NDArray view(NDArray stretch, long start, Shape shape) {
    try (NDArray flat = stretch.get("{}:{}", start, start + shape.size())) {
      return flat.reshape(shape);
    }
  }

  /**
   * Lays gradients out as the values lie, {@code [size]}.
   *
   * @param gradients by the name of the parameter
   * @param scope of the result
   */
  NDArray lay(Map<String, NDArray> gradients, NDManager scope) {
    NDList parts = new NDList();
    for (Parameter parameter : parameters) {
      parts.add(gradients.get(parameter.name()).reshape(-1));
      long gap = room(parameter) - parameter.shape().size();
      if (gap > 0) {
        parts.add(scope.zeros(new Shape(gap)));
      }
    }
    return parts.size() == 1 ? parts.get(0) : NDArrays.concat(parts);
  }

  private static long room(Parameter parameter) {
    return (parameter.shape().size() + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  }
}
