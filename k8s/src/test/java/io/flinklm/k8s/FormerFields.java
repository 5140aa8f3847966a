package io.flinklm.k8s;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.lang.reflect.Member;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * Fields that Strimzi's classes still have for API versions before v1, and that v1 does not. An
 * annotation says so that only the class files have: its own class is on no class path.
 */
final class FormerFields {
  private static final String STRIMZI = "io.strimzi.";
  private static final String PRESENT = "io.strimzi.crdgenerator.annotations.PresentInVersions";
  private static final Map<Class<?>, Set<String>> ACCESSORS = new ConcurrentHashMap<>();

  private FormerFields() {}

  /** Whether a member of a class gives, sets or is such a field. */
  static boolean isOne(Member member) {
    Class<?> type = member.getDeclaringClass();
    return type.getName().startsWith(STRIMZI)
        && ACCESSORS.computeIfAbsent(type, FormerFields::accessors).contains(member.getName());
  }

  private static Set<String> accessors(Class<?> type) {
    JavaClass imported = new ClassFileImporter().importClass(type);
    return imported.getMembers().stream()
        .filter(
            member ->
                member.getAnnotations().stream()
                    .anyMatch(
                        annotation ->
                            annotation.getRawType().getName().equals(PRESENT)
                                && !annotation
                                    .get("value")
                                    .get()
                                    .toString()
                                    .matches(".*(v1|\\+)$")))
        .map(member -> member.getName())
        .collect(Collectors.toSet());
  }
}
