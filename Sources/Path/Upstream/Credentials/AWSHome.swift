// AWSHome: finds where AWS's keys are, in the order AWS's own SDKs look
// (docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html).

import Client

/// Keys that are there, or where to ask for them.
enum AWSHome: Hashable, Sendable {
  case keys(AWSKeys)
  case source(TokenSource)

  /// - Parameters:
  ///   - region: whose STS is asked.
  ///   - hasFile: whether there is a file at a path; blocks.
  init(
    _ home: Credential.AWSKeysHome, region: String, environment: [String: String], hasFile: (String) -> Bool
  ) throws(SecretError) {
    let environment = environment.filter { !$0.value.isEmpty }
    switch home {
    case .profile(let name, let file):
      var path = file
      if path == nil { path = try Self.credentialsFile(environment) }
      self = .source(.profile(name, path: path!))
    case .role(let arn, let tokenFile):
      self = .source(try Self.role(arn, tokenFile, region, environment))
    case .usualPlaces:
      self = try Self.usual(region, environment, hasFile)
    }
  }

  private static func usual(
    _ region: String, _ environment: [String: String], _ hasFile: (String) -> Bool
  ) throws(SecretError) -> AWSHome {
    if let identifier = environment["AWS_ACCESS_KEY_ID"], let secret = environment["AWS_SECRET_ACCESS_KEY"] {
      let keys = AWSKeys(
        accessKeyID: identifier, secretAccessKey: secret, sessionToken: environment["AWS_SESSION_TOKEN"])
      guard keys.isPrintable else {
        throw SecretError(
          "AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY or AWS_SESSION_TOKEN holds a character that cannot be part of a key"
        )
      }
      return .keys(keys)
    }
    if let tokenFile = environment["AWS_WEB_IDENTITY_TOKEN_FILE"], let arn = environment["AWS_ROLE_ARN"] {
      return .source(try role(arn, tokenFile, region, environment))
    }
    if let path = try? credentialsFile(environment), hasFile(path) || environment["AWS_PROFILE"] != nil {
      return .source(.profile(environment["AWS_PROFILE"] ?? "default", path: path))
    }
    if let container = try container(environment) { return .source(container) }
    if environment["AWS_EC2_METADATA_DISABLED"]?.lowercased() == "true" {
      throw SecretError(
        "no keys of AWS's are there: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or name a profile or a role")
    }
    let endpoint = environment["AWS_EC2_METADATA_SERVICE_ENDPOINT"] ?? "http://169.254.169.254"
    return .source(.instance(try address(endpoint, of: "AWS_EC2_METADATA_SERVICE_ENDPOINT")))
  }

  private static func role(
    _ arn: String, _ tokenFile: String, _ region: String, _ environment: [String: String]
  ) throws(SecretError) -> TokenSource {
    let domain = region.hasPrefix("cn-") ? "amazonaws.com.cn" : "amazonaws.com"
    let endpoint = environment["AWS_ENDPOINT_URL_STS"] ?? "https://sts.\(region).\(domain)"
    return .role(
      arn: arn, session: environment["AWS_ROLE_SESSION_NAME"] ?? "aigw", tokenFile: tokenFile,
      sts: try address(endpoint, of: "AWS_ENDPOINT_URL_STS"))
  }

  private static func container(_ environment: [String: String]) throws(SecretError) -> TokenSource? {
    let name: String
    let text: String
    if let path = environment["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"] {
      (name, text) = ("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "http://169.254.170.2" + path)
    } else if let whole = environment["AWS_CONTAINER_CREDENTIALS_FULL_URI"] {
      (name, text) = ("AWS_CONTAINER_CREDENTIALS_FULL_URI", whole)
    } else {
      return nil
    }
    // The file is read anew for every question, for its token is rotated.
    let authorization: TokenSource.ContainerAuthorization
    if let path = environment["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"] {
      authorization = .file(path)
    } else if let value = environment["AWS_CONTAINER_AUTHORIZATION_TOKEN"] {
      authorization = .value(value)
    } else {
      authorization = .none
    }
    return .container(try address(text, of: name), authorization)
  }

  private static func credentialsFile(_ environment: [String: String]) throws(SecretError) -> String {
    if let path = environment["AWS_SHARED_CREDENTIALS_FILE"] { return path }
    if let home = environment["HOME"] { return home + "/.aws/credentials" }
    throw SecretError("there is no HOME to find .aws/credentials in: set AWS_SHARED_CREDENTIALS_FILE, or name the file")
  }

  private static func address(_ text: String, of name: String) throws(SecretError) -> WebAddress {
    if let address = WebAddress(text) { return address }
    throw SecretError("\(name) must be an https address, or one of this machine or its link that begins with http://")
  }
}
