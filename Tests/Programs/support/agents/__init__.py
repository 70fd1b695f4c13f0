"""Agents of every dialect: each is the provider's own SDK, pointed at the gateway, behind the same few verbs."""

from agents.anthropic_sdk import AnthropicAgent
from agents.bedrock_sdk import BedrockAgent
from agents.cohere_sdk import CohereAgent
from agents.gemini_sdk import GeminiAgent
from agents.openai_sdk import ChatAgent, ResponsesAgent

AGENTS = {agent.dialect: agent for agent in (
    ChatAgent, ResponsesAgent, AnthropicAgent, GeminiAgent, BedrockAgent, CohereAgent)}
