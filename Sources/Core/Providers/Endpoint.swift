// Endpoint: how a provider's address is found, and what it is made of where it is not the same for all.

extension Provider {
  public enum Endpoint: Hashable, Sendable {
    /// One address for everybody: a key is all that is missing.
    case address(String)
    /// A resource of Azure's has a host of its own.
    case azureResource
    /// A service of AWS's in a region: the name of its host, and the one that signatures are for.
    case awsRegion(host: String, service: String)
    /// Vertex AI: a project at a location.
    case googleProject
  }
}

extension Provider.Endpoint {
  /// learn.microsoft.com/azure/foundry/openai/api-version-lifecycle: `/openai/v1` is OpenAI's API, where `model` names the
  /// deployment; the dated versions have the deployment in the path.
  public static func azure(resource: String, isDated: Bool) -> String {
    "https://\(resource).openai.azure.com/openai\(isDated ? "" : "/v1")"
  }

  /// docs.aws.amazon.com/general/latest/gr/bedrock.html; China's regions stand under another domain.
  public static func aws(host: String, region: String) -> String {
    "https://\(host).\(region).\(region.hasPrefix("cn-") ? "amazonaws.com.cn" : "amazonaws.com")"
  }

  /// docs.cloud.google.com/vertex-ai/generative-ai/docs/learn/locations: the global endpoint has no location in its
  /// name, and those of whole continents stand under another domain.
  public static func google(project: String, location: String) -> String {
    let host =
      switch location {
      case "global": "aiplatform.googleapis.com"
      case "us", "eu": "aiplatform.\(location).rep.googleapis.com"
      default: "\(location)-aiplatform.googleapis.com"
      }
    return "https://\(host)/v1/projects/\(project)/locations/\(location)/publishers/google"
  }
}
